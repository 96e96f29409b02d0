/** Tells people what they must know about the daemon: that it can't be had, or that its database was set aside. */
import * as vscode from 'vscode';
import type { ErrorBody } from '../../shared/errors.ts';
import type { Warning } from '../../shared/protocol.ts';
import type { Disposable } from '../base/event.ts';
import { commandIds } from '../base/ids.ts';
import { escapeLinks, problemText, type Translate } from '../base/text.ts';
import type { ConnectionState, DaemonAccess } from './access.ts';

/** Warnings that need an answer from people, once; the others stand above the tree as long as they last. */
const told: readonly string[] = ['DATABASE_SET_ASIDE'];

export class DaemonNotices implements Disposable {
  readonly #t: Translate;
  readonly #subscription: Disposable;
  readonly #toldWarnings = new Set<string>();
  #status: ConnectionState['status'];

  constructor(access: DaemonAccess, t: Translate) {
    this.#t = t;
    this.#status = access.state.status;
    this.#subscription = access.onDidChangeState((state) => this.#stateChanged(state));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #stateChanged({ status, error, warnings }: ConnectionState): void {
    if (status === 'failed' && this.#status !== 'failed' && error !== null) this.#tellFailure(error);
    this.#status = status;
    for (const warning of warnings) if (told.includes(warning.code)) this.#tellWarning(warning);
  }

  #tellFailure({ message, hint }: ErrorBody): void {
    const [again, log] = [this.#t('Try Again'), this.#t('Show Log')];
    void vscode.window
      .showErrorMessage(escapeLinks(problemText({ message, hint }, this.#t)), again, log)
      .then((choice) => {
        if (choice === again) void vscode.commands.executeCommand(commandIds.startDaemon);
        if (choice === log) void vscode.commands.executeCommand(commandIds.showDaemonLog);
      });
  }

  /** Once per window, however often the connection is made anew. */
  #tellWarning({ message, hint }: Warning): void {
    if (this.#toldWarnings.has(message)) return;
    this.#toldWarnings.add(message);
    const log = this.#t('Show Log');
    void vscode.window.showWarningMessage(escapeLinks(problemText({ message, hint }, this.#t)), log).then((choice) => {
      if (choice === log) void vscode.commands.executeCommand(commandIds.showDaemonLog);
    });
  }
}
