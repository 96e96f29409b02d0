/** Turns file locations in a log (`src/a.ts:12:3`) into links if the files exist. */
import * as vscode from 'vscode';
import { commandIds, logScheme } from '../../base/ids.ts';
import type { Translate } from '../../base/text.ts';
import { locate, type Place } from '../analysis/places.ts';
import { findReferences } from '../analysis/references.ts';
import { type LogDocuments, logRefOf } from './logDocuments.ts';
import type { LogJobs } from './logJobs.ts';
import { isFile } from './sources.ts';

export class LogLinks implements vscode.DocumentLinkProvider, vscode.Disposable {
  readonly #documents: LogDocuments;
  readonly #jobs: LogJobs;
  readonly #t: Translate;
  readonly #registration: vscode.Disposable;

  constructor(documents: LogDocuments, jobs: LogJobs, t: Translate) {
    this.#documents = documents;
    this.#jobs = jobs;
    this.#t = t;
    this.#registration = vscode.languages.registerDocumentLinkProvider({ scheme: logScheme }, this);
  }

  async provideDocumentLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const ref = logRefOf(document.uri);
    const cwd = ref === null ? null : await this.#jobs.cwd(ref.jobId);
    if (token.isCancellationRequested) return [];
    const places = await locate(findReferences(document.getText()), cwd, isFile);
    return [...this.#wholeLink(document), ...places.map((place) => toLink(document, place))];
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Links the notice of a truncated log to its file. */
  #wholeLink(document: vscode.TextDocument): vscode.DocumentLink[] {
    if ((this.#documents.rendered(document.uri)?.noticeLines ?? 0) === 0) return [];
    const argument = encodeURIComponent(JSON.stringify([document.uri.toString()]));
    const link = new vscode.DocumentLink(
      document.lineAt(0).range,
      vscode.Uri.parse(`command:${commandIds.openWholeLog}?${argument}`),
    );
    link.tooltip = this.#t('Open Full Log File');
    return [link];
  }
}

function toLink(document: vscode.TextDocument, { reference, path }: Place): vscode.DocumentLink {
  const range = new vscode.Range(document.positionAt(reference.start), document.positionAt(reference.end));
  const place = `L${reference.line}${reference.column === null ? '' : `,${reference.column}`}`;
  return new vscode.DocumentLink(range, vscode.Uri.file(path).with({ fragment: place }));
}
