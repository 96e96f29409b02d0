/** Finished logs as read-only documents. The URI has the attempt in its query and a readable name in its path. */
import * as vscode from 'vscode';
import type { JobdeckError } from '../../../shared/errors.ts';
import { logScheme } from '../../base/ids.ts';
import { fromQuery, type LogRef, logFileName, toQuery } from '../../base/logRef.ts';
import { hintText, messageText, type Translate } from '../../base/text.ts';
import { type DaemonAccess, isLive } from '../../daemon/access.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
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

  /** Opens a log in a non-preview tab. A truncated log is scrolled to its end. */
  async show(ref: LogRef, title: string, preserveFocus: boolean): Promise<void> {
    const document = await vscode.workspace.openTextDocument(logUri(ref, title));
    const truncated = (this.rendered(document.uri)?.noticeLines ?? 0) > 0;
    const isOpen = vscode.window.visibleTextEditors.some((editor) => editor.document === document);
    const end = document.lineAt(document.lineCount - 1).range.end;
    const selection = truncated && !isOpen ? new vscode.Range(end, end) : undefined;
    await vscode.window.showTextDocument(document, { preview: false, preserveFocus, selection });
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
