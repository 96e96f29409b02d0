/** Opens the source of the failure of a job: the place of its headline, otherwise of an error in its log. */

import * as vscode from 'vscode';
import type { Job, JobDetail, JobError } from '../../../shared/job.ts';
import { editorProblem } from '../../../shared/messages/editor.ts';
import { toPlainText } from '../../../shared/terminal/plainText.ts';
import { logScheme } from '../../base/ids.ts';
import type { LogRef } from '../../base/logRef.ts';
import { escapeIcons, oneLine, type Translate } from '../../base/text.ts';
import { pickOne } from '../../commandKit/quickInput.ts';
import type { DaemonAccess } from '../../daemon/access.ts';
import { lineNaming } from '../analysis/opening.ts';
import { locate, type Place, referenceOf } from '../analysis/places.ts';
import { lastProblems } from '../analysis/problems.ts';
import { readTail } from '../logFiles.ts';
import { logRefOf } from './logDocuments.ts';
import type { LogJobs } from './logJobs.ts';
import { isFile, openPlace, placeName, placeRange } from './sources.ts';

/** The existing file that the headline of an error names; null if there is none. */
export async function placeOfFailure(error: JobError | null, cwd: string | null): Promise<Place | null> {
  const reference = error?.headline ? referenceOf(error.headline) : null;
  const [place = null] = reference === null ? [] : await locate([reference], cwd, isFile);
  return place;
}

function errorOf(job: JobDetail | null, attempt: number): JobError | null {
  return job?.attempts.find(({ number }) => number === attempt)?.error ?? null;
}

/** Bytes at the end of a log that are searched for errors. */
const searched = 1_000_000;
/** Maximum number of locations in the picker. */
const offered = 30;

/** A location with its error. */
interface ProblemPlace {
  readonly place: Place;
  /** Line of the log, from 0. */
  readonly line: number;
  readonly message: string;
}

export class LogProblems implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #access: DaemonAccess;
  readonly #jobs: LogJobs;
  readonly #t: Translate;
  readonly #registration: vscode.Disposable;

  constructor(access: DaemonAccess, jobs: LogJobs, t: Translate) {
    this.#access = access;
    this.#jobs = jobs;
    this.#t = t;
    this.#registration = vscode.languages.registerCodeLensProvider({ scheme: logScheme }, this);
  }

  /**
   * Opens the place that an attempt's headline names, otherwise the source of its last error. Shows a picker if there
   * are several. Rejects with LOG_NOT_FOUND.
   */
  async open(ref: LogRef): Promise<void> {
    const job = await this.#jobs.detail(ref.jobId);
    const named = await placeOfFailure(errorOf(job, ref.attempt), job?.cwd ?? null);
    if (named !== null) return openPlace(named);
    const { bytes } = await readTail(await this.#access.client(), ref, searched);
    const lines = toPlainText(new TextDecoder().decode(bytes)).text.split('\n');
    const cwd = await this.#jobs.cwd(ref.jobId);
    const found = await this.#find(lines, cwd, offered);
    if (found.length === 0) throw editorProblem('LOG_NOT_FOUND/noLocations');
    const place = found.length === 1 ? found[0]?.place : await this.#pick(found, cwd);
    if (place !== undefined) await openPlace(place);
  }

  /** The place that the headline of a job names, such as `tests/test_shop.py:9`, if the file exists. */
  async placeName({ error, cwd }: Pick<Job, 'error' | 'cwd'>): Promise<string | null> {
    const place = await placeOfFailure(error, cwd);
    return place && placeName({ ...place, reference: { ...place.reference, column: null } }, cwd);
  }

  /** A link to the source above the last error of a failed attempt, and at the top of the log. */
  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const ref = logRefOf(document.uri);
    if (ref === null) return [];
    const job = await this.#jobs.detail(ref.jobId);
    const attempt = job?.attempts.find(({ number }) => number === ref.attempt);
    if (attempt?.status !== 'failed' || token.isCancellationRequested) return [];
    const cwd = job?.cwd ?? null;
    const named = await placeOfFailure(attempt.error, cwd);
    if (named !== null) return this.#lensesTo(named, cwd, document, attempt.error?.headline?.text);
    const [last] = await this.#find(document.getText().split('\n'), cwd, 1);
    if (last === undefined) return [];
    const command: vscode.Command = {
      title: this.#t('$(go-to-file) Last error: {0}', escapeIcons(placeName(last.place, cwd))),
      tooltip: last.message,
      command: 'vscode.open',
      arguments: [vscode.Uri.file(last.place.path), { selection: placeRange(last.place) }],
    };
    return [...new Set([0, last.line])].map((line) => new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command));
  }

  /** Links at the top of the log, and above the first line that names the place. */
  #lensesTo(place: Place, cwd: string | null, document: vscode.TextDocument, tooltip = ''): vscode.CodeLens[] {
    const command: vscode.Command = {
      title: this.#t('$(go-to-file) Open {0}', escapeIcons(placeName(place, cwd))),
      tooltip,
      command: 'vscode.open',
      arguments: [vscode.Uri.file(place.path), { selection: placeRange(place) }],
    };
    const line = lineNaming(document.getText().split('\n'), place.reference) ?? 0;
    return [...new Set([0, line])].map((at) => new vscode.CodeLens(new vscode.Range(at, 0, at, 0), command));
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Locations of errors, those of the last error first. */
  async #find(lines: readonly string[], cwd: string | null, limit: number): Promise<ProblemPlace[]> {
    const found = new Map<string, ProblemPlace>();
    for (const { line, message, references } of lastProblems(lines)) {
      for (const place of await locate(references, cwd, isFile)) {
        const name = placeName(place, cwd);
        if (!found.has(name)) found.set(name, { place, line, message });
        if (found.size >= limit) return [...found.values()];
      }
    }
    return [...found.values()];
  }

  async #pick(found: readonly ProblemPlace[], cwd: string | null): Promise<Place | undefined> {
    const items = found.map(({ place, message }) => ({
      label: escapeIcons(placeName(place, cwd)),
      detail: escapeIcons(oneLine(message)),
      place,
    }));
    const placeHolder = this.#t('Select a location (the last error comes first)');
    return (await pickOne(items, { placeHolder, matchOnDetail: true }))?.place;
  }
}
