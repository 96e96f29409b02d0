/**
 * The active definition files whose changes were not reviewed. A lens, the Schedules view and a notification, which is
 * shown once while a file of this window has such changes, lead to the review.
 */
import * as vscode from 'vscode';
import type { DefinitionFile } from '../../shared/definitions/wire.ts';
import { commandIds, contextKeys } from '../base/ids.ts';
import { escapeLinks, type Translate } from '../base/text.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';

export interface PendingDeps {
  readonly access: DaemonAccess;
  readonly t: Translate;
  log(line: string): void;
}

export class PendingChanges implements vscode.Disposable {
  readonly #deps: PendingDeps;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: { dispose(): unknown };
  /** Paths that a notification was shown for. */
  readonly #notified = new Set<string>();
  #paths: readonly string[] = [];
  /** The warning for which the files were last read. Null: read them in any case. */
  #seen: string | null | undefined;

  readonly onDidChange = this.#changes.event;

  constructor(deps: PendingDeps) {
    this.#deps = deps;
    this.#subscription = deps.access.onDidChangeState(() => this.#check());
    this.#check();
  }

  /** Whether the file has changes to review. */
  has(path: string): boolean {
    return this.#paths.includes(path);
  }

  /** What to show above the schedules; undefined if there is nothing to review, or without a daemon. */
  notice(): string | undefined {
    const [first, ...more] = this.#paths;
    if (first === undefined || !isLive(this.#deps.access.state)) return undefined;
    const { t } = this.#deps;
    return more.length === 0
      ? t('Changes of {0} are inactive until you review them.', first)
      : t('Changes of {0} definition files are inactive until you review them.', this.#paths.length);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }

  /**
   * The daemon warns about files with changes to review. The files are also read when it no longer does, because after
   * reconnecting its warnings arrive a moment later.
   */
  #check(): void {
    const { state } = this.#deps.access;
    if (!isLive(state)) return;
    const warning = state.warnings.find(({ code }) => code === 'DEFINITION_PENDING')?.message;
    if (warning === this.#seen) return;
    this.#seen = warning;
    void this.#read(warning);
  }

  async #read(warning: string | undefined): Promise<void> {
    try {
      const { files } = await (await this.#deps.access.client()).definitions();
      if (warning === this.#seen) this.#set(pendingFiles(files));
    } catch (error) {
      // The daemon stopped. The files are read again when it is back.
      this.#seen = null;
      this.#deps.log(`Could not read the changed definitions: ${toJobdeckError(error).message}`);
    }
  }

  #set(files: readonly DefinitionFile[]): void {
    this.#paths = files.map(({ path }) => path);
    for (const path of this.#notified) if (!this.has(path)) this.#notified.delete(path);
    void vscode.commands.executeCommand('setContext', contextKeys.pending, files.length > 0);
    this.#changes.fire();
    for (const file of files) this.#notify(file);
  }

  #notify({ path, workspace }: DefinitionFile): void {
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === workspace);
    if (folder === undefined || !vscode.workspace.isTrusted || this.#notified.has(path)) return;
    this.#notified.add(path);
    const { t } = this.#deps;
    const review = t('Review Changes…');
    const text = t('jobs.json in “{0}” has changed. Its changes are inactive until you review them.', folder.name);
    void vscode.window.showWarningMessage(escapeLinks(text), review).then((choice) => {
      if (choice === review) void vscode.commands.executeCommand(commandIds.reviewDefinitions, path);
    });
  }
}

/** The files with changes to review. */
export function pendingFiles(files: readonly DefinitionFile[]): DefinitionFile[] {
  return files.filter(({ pending }) => pending !== null);
}
