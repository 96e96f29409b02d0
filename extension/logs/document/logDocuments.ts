/** Finished logs as read-only documents. The URI has the attempt in its query and a readable name in its path. */
import * as vscode from 'vscode';
import type { JobdeckError } from '../../../shared/errors.ts';
import { logScheme } from '../../base/ids.ts';
import { fromQuery, type LogRef, logFileName, toQuery } from '../../base/logRef.ts';
import { hintText, messageText, type Translate } from '../../base/text.ts';
import { type DaemonAccess, isLive } from '../../daemon/access.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import { type Ending, openingLine } from '../analysis/opening.ts';
import { readTail } from '../logFiles.ts';
import { type LogDocument, renderLog, tailLimit, wholeLimit } from './document.ts';

/** URI of the document with an attempt's log. */
export function logUri(ref: LogRef, title: string): vscode.Uri {
  const path = `/${logFileName(title, ref.attempt)}`;
  return vscode.Uri.from({ scheme: logScheme, path, query: toQuery(ref) });
}

/** The log that a URI refers to, or null. */
export function logRefOf(uri: vscode.Uri): LogRef | null {
  return uri.scheme === logScheme ? fromQuery(uri.query) : null;
}

export interface ShowLogOptions {
  /** How the attempt ended. */
  readonly ending: Ending;
  /** The line to select, from 1; null for the place that says most. */
  readonly line: number | null;
}

function tabsOf(uri: vscode.Uri): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
}

export class LogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #access: DaemonAccess;
  readonly #t: Translate;
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #rendered = new Map<string, LogDocument>();
  /** Documents that could not be read because the daemon was not available. */
  readonly #unread = new Map<string, vscode.Uri>();
  readonly #subscriptions: { dispose(): unknown }[];

  readonly onDidChange = this.#changes.event;

  constructor(access: DaemonAccess, t: Translate) {
    this.#access = access;
    this.#t = t;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(logScheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      access.onDidChangeState((state) => isLive(state) && this.#readAgain()),
    ];
  }

  /**
   * Opens a log in a non-preview tab: at the given line, or a failed one at its failure. An open tab keeps its position
   * unless a line is given. If the first lines are missing, the given one isn't known.
   */
  async show(ref: LogRef, title: string, { ending, line: wanted }: ShowLogOptions): Promise<void> {
    const uri = logUri(ref, title);
    const isOpen = tabsOf(uri).length > 0;
    const document = await vscode.workspace.openTextDocument(uri);
    if (wanted !== null && this.rendered(uri)?.noticeLines === 0) {
      const { range } = document.lineAt(Math.min(wanted, document.lineCount) - 1);
      const editor = await vscode.window.showTextDocument(document, { preview: false, selection: range });
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
    const line = isOpen ? 0 : openingLine(document.getText().split('\n'), ending);
    const selection = isOpen || line === 0 ? undefined : new vscode.Range(line, 0, line, 0);
    await vscode.window.showTextDocument(document, { preview: false, selection });
  }

  /** Whether the log of an attempt is the active tab of a group. */
  isVisible({ jobId, attempt }: LogRef): boolean {
    return vscode.window.tabGroups.all.some(({ activeTab }) => {
      const shown = activeTab?.input instanceof vscode.TabInputText ? logRefOf(activeTab.input.uri) : null;
      return shown !== null && shown.jobId === jobId && shown.attempt === attempt;
    });
  }

  /** The rendered log of a document. Undefined before it was read. */
  rendered(uri: vscode.Uri): LogDocument | undefined {
    return this.#rendered.get(uri.toString());
  }

  /** The text of a log, or an error message in its place. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const key = uri.toString();
    const ref = logRefOf(uri);
    if (ref === null) return this.#t('This is not the URI of a job log.');
    try {
      const { bytes, size } = await readTail(await this.#access.client(), ref, tailLimit, wholeLimit);
      const document = renderLog(bytes, size, this.#t);
      this.#rendered.set(key, document);
      return document.text === '' ? this.#t('The job produced no output.') : document.text;
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      if (error.code === 'DAEMON_UNREACHABLE' || error.code === 'DAEMON_STOPPING') this.#unread.set(key, uri);
      return this.#errorText(error);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  #errorText(error: JobdeckError): string {
    if (error.code === 'LOG_NOT_FOUND') {
      return this.#t('The log of this attempt is not available. Its file was deleted or never written.');
    }
    if (error.code === 'JOB_NOT_FOUND') return this.#t('This job and its logs were removed.');
    return [messageText(error, this.#t), hintText(error, this.#t) ?? ''].join('\n').trim();
  }

  #readAgain(): void {
    const uris = [...this.#unread.values()];
    this.#unread.clear();
    for (const uri of uris) this.#changes.fire(uri);
  }

  #forget(uri: vscode.Uri): void {
    this.#rendered.delete(uri.toString());
    this.#unread.delete(uri.toString());
  }
}
