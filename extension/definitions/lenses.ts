/** CodeLens above each definition: a link to run it, the active job, and the last run. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { commandIds } from '../base/ids.ts';
import { messageText, oneLine, type Translate } from '../base/text.ts';
import { Throttle } from '../base/throttle.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import type { DefinitionFiles, FilePlace } from './definitionFiles.ts';
import type { InactiveSchedule, InactiveSchedules } from './inactiveSchedules.ts';
import { lensTexts } from './lensText.ts';
import type { PendingChanges } from './pendingChanges.ts';
import type { Presentation } from './presentation.ts';
import type { ReadProblem } from './tools.ts';

/** Milliseconds between two updates, and between two updates of times such as “2 min ago”. */
const updateInterval = 1_000;
const ageInterval = 30_000;

export interface LensDeps {
  readonly files: DefinitionFiles;
  readonly presentation: Presentation;
  readonly pending: Pick<PendingChanges, 'has' | 'onDidChange'>;
  readonly inactive: Pick<InactiveSchedules, 'of' | 'onDidChange'>;
  readonly model: JobsModel;
  readonly t: Translate;
}

export class DefinitionLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #deps: LensDeps;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #throttle = new Throttle(updateInterval, () => this.#update());
  readonly #subscriptions: { dispose(): unknown }[];
  #ageTimer: NodeJS.Timeout | undefined;
  /** The texts last shown, by file. */
  readonly #shownTexts = new Map<string, string>();

  readonly onDidChangeCodeLenses = this.#changes.event;

  constructor(deps: LensDeps) {
    this.#deps = deps;
    const { files, presentation, pending, inactive, model } = deps;
    const pattern = { scheme: 'file', pattern: '**/jobs.json' };
    this.#subscriptions = [
      vscode.languages.registerCodeLensProvider(pattern, this),
      model.onDidChange(() => this.#visible().length > 0 && this.#throttle.request()),
      presentation.onDidChange(() => this.#changes.fire()),
      files.onDidChange(() => this.#changes.fire()),
      pending.onDidChange(() => this.#changes.fire()),
      inactive.onDidChange(() => this.#changes.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changes.fire()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#visibilityChanged()),
    ];
    this.#visibilityChanged();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const place = this.#deps.files.placeOf(document.uri);
    if (place === null) return [];
    const { jobs } = await this.#deps.files.parse(place, document.getText());
    const texts = this.#texts(place);
    this.#shownTexts.set(document.uri.toString(), JSON.stringify(texts));
    const isPending = vscode.workspace.isTrusted && this.#deps.pending.has(place.uri.fsPath);
    const reviews = isPending ? [this.#review(place)] : [];
    const ofJobs = jobs.flatMap(({ name, line, needsRange, problem }) => {
      const range = new vscode.Range(line, 0, line, 0);
      const lens = (title: string, command: string, argument: unknown) =>
        new vscode.CodeLens(range, { title, command, arguments: [argument] });
      const { t, inactive } = this.#deps;
      if (problem !== null) return [this.#problem(place, range, problem)];
      const schedule = inactive.of(place.uri.fsPath, name);
      const target = { file: place.uri.fsPath, name };
      const run = needsRange
        ? lens(`$(play) ${t('Backfill…')}`, commandIds.backfill, target)
        : lens(`$(play) ${t('Run')}`, commandIds.runDefined, target);
      return [
        ...(vscode.workspace.isTrusted ? [run] : []),
        ...(schedule === undefined ? [] : [this.#inactive(range, schedule)]),
        ...(texts[name] ?? []).map(({ text, jobId }) => lens(text, commandIds.showDetails, jobId)),
      ];
    });
    return [...reviews, ...ofJobs];
  }

  /** The link above a file whose changes are inactive. */
  #review({ uri }: FilePlace): vscode.CodeLens {
    const title = `$(warning) ${this.#deps.t('These changes are inactive. Review…')}`;
    const range = new vscode.Range(0, 0, 0, 0);
    return new vscode.CodeLens(range, { title, command: commandIds.reviewDefinitions, arguments: [uri.fsPath] });
  }

  /** What stands above a job that can't be run. It leads to the problem. */
  #problem({ uri }: FilePlace, range: vscode.Range, { line, column, message }: ReadProblem): vscode.CodeLens {
    const title = `$(error) ${oneLine(messageText(message, this.#deps.t), 120)}`;
    const selection = new vscode.Range(line, column, line, column);
    return new vscode.CodeLens(range, { title, command: 'vscode.open', arguments: [uri, { selection }] });
  }

  /** Why the schedule of a job does not run. */
  #inactive(range: vscode.Range, { file, problem }: InactiveSchedule): vscode.CodeLens {
    const { t } = this.#deps;
    if (problem !== null) {
      const title = `$(error) ${t('Schedule not active: {0}', oneLine(messageText(problem, t), 120))}`;
      return new vscode.CodeLens(range, { title, command: '' });
    }
    const title = `$(circle-slash) ${t('Schedule not active')} · ${t('Activate')}`;
    return new vscode.CodeLens(range, { title, command: commandIds.activateDefinitions, arguments: [file] });
  }

  dispose(): void {
    clearInterval(this.#ageTimer);
    this.#throttle.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  /** The texts for the jobs of a file, by name. */
  #texts({ uri }: FilePlace): Record<string, ReturnType<typeof lensTexts>> {
    const { model, presentation, t } = this.#deps;
    const byName = new Map<string, Job[]>();
    for (const job of model.all()) {
      const defined = presentation.definitionOf(job);
      if (defined?.file !== uri.fsPath) continue;
      byName.set(defined.name, [...(byName.get(defined.name) ?? []), job]);
    }
    const now = Date.now();
    return Object.fromEntries([...byName].map(([name, jobs]) => [name, lensTexts(jobs, now, t)]));
  }

  /** Definition files in visible editors. */
  #visible(): FilePlace[] {
    return vscode.window.visibleTextEditors.flatMap(({ document }) => this.#deps.files.placeOf(document.uri) ?? []);
  }

  /** Keeps times such as “2 min ago” up to date while a definition file is visible. */
  #visibilityChanged(): void {
    clearInterval(this.#ageTimer);
    this.#ageTimer = undefined;
    if (this.#visible().length === 0) return;
    this.#ageTimer = setInterval(() => this.#update(), ageInterval);
    this.#throttle.request();
  }

  /** Requests new lenses if a text changed. */
  #update(): void {
    const different = this.#visible().some(
      (place) => this.#shownTexts.get(place.uri.toString()) !== JSON.stringify(this.#texts(place)),
    );
    if (different) this.#changes.fire();
  }
}
