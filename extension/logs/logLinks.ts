/** Makes places in files that a log names (`src/a.ts:12:3`) links to them, when the files are there. */
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { commandIds, logScheme } from '../ids.ts';
import type { JobsModel } from '../jobsModel.ts';
import type { Translate } from '../text.ts';
import { type LogDocuments, logRefOf } from './logDocuments.ts';
import { findReferences, type Reference } from './references.ts';

/** Files looked for on disk per document. */
const fileLimit = 300;

export class LogLinks implements vscode.DocumentLinkProvider, vscode.Disposable {
  readonly #documents: LogDocuments;
  readonly #model: JobsModel;
  readonly #t: Translate;
  readonly #registration: vscode.Disposable;

  constructor(documents: LogDocuments, model: JobsModel, t: Translate) {
    this.#documents = documents;
    this.#model = model;
    this.#t = t;
    this.#registration = vscode.languages.registerDocumentLinkProvider({ scheme: logScheme }, this);
  }

  async provideDocumentLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const ref = logRefOf(document.uri);
    const cwd = ref === null ? null : (this.#model.get(ref.jobId)?.cwd ?? null);
    const references = findReferences(document.getText());
    const files = new Map<string, boolean>();
    for (const { file } of references) {
      if (token.isCancellationRequested) return [];
      const path = resolve(file, cwd);
      if (path !== null && !files.has(path) && files.size < fileLimit) files.set(path, await isFile(path));
    }
    const links = references.flatMap((reference) => {
      const path = resolve(reference.file, cwd);
      return path !== null && files.get(path) === true ? [toLink(document, reference, path)] : [];
    });
    return [...this.#wholeLink(document), ...links];
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** The notice of a log that was cut leads to the file. */
  #wholeLink(document: vscode.TextDocument): vscode.DocumentLink[] {
    if ((this.#documents.rendered(document.uri)?.noticeLines ?? 0) === 0) return [];
    const argument = encodeURIComponent(JSON.stringify([document.uri.toString()]));
    const link = new vscode.DocumentLink(
      document.lineAt(0).range,
      vscode.Uri.parse(`command:${commandIds.openWholeLog}?${argument}`),
    );
    link.tooltip = this.#t('Open the Whole File');
    return [link];
  }
}

function resolve(file: string, cwd: string | null): string | null {
  if (isAbsolute(file)) return file;
  return cwd === null ? null : join(cwd, file);
}

function toLink(document: vscode.TextDocument, reference: Reference, path: string): vscode.DocumentLink {
  const range = new vscode.Range(document.positionAt(reference.start), document.positionAt(reference.end));
  const place = `L${reference.line}${reference.column === null ? '' : `,${reference.column}`}`;
  return new vscode.DocumentLink(range, vscode.Uri.file(path).with({ fragment: place }));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(vscode.Uri.file(path))).type & vscode.FileType.File) !== 0;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}
