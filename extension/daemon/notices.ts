/** Notifications about the daemon: that it can't be started, or that its database was set aside. */
import * as vscode from 'vscode';
import type { Warning } from '../../shared/daemon.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { Disposable } from '../base/event.ts';
import { commandIds } from '../base/ids.ts';
import { escapeLinks, problemText, type Translate } from '../base/text.ts';
import type { ConnectionState, DaemonAccess } from './access.ts';

/** Warnings shown as a notification, once. The others are shown above the tree while they last. */
const shownOnce: readonly string[] = [
  'DATABASE_SET_ASIDE',
  'DATABASE_MISSING',
  'DATABASE_OLDER',
  'DATABASE_REPLACED',
  'CONFIG_IGNORED',
  'CONNECTIONS_IGNORED',
  'DISK_LOW',
  'LOG_CUT',
];

export class DaemonNotices implements Disposable {
  readonly #t: Translate;
  readonly #subscription: Disposable;
  readonly #shownWarnings = new Set<string>();
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
    if (status === 'failed' && this.#status !== 'failed' && error !== null) this.#showFailure(error);
    this.#status = status;
    for (const warning of warnings) if (shownOnce.includes(warning.code)) this.#showWarning(warning);
  }

  #showFailure(error: ErrorBody): void {
    const [again, log] = [this.#t('Try Again'), this.#t('Show Log')];
    void vscode.window.showErrorMessage(escapeLinks(problemText(error, this.#t)), again, log).then((choice) => {
      if (choice === again) void vscode.commands.executeCommand(commandIds.startDaemon);
      if (choice === log) void vscode.commands.executeCommand(commandIds.showDaemonLog);
    });
  }

  /** Once per window, even after reconnecting. */
  #showWarning(warning: Warning): void {
    // The free space changes, but the user needs to learn about each log only once.
    const { code, params, message } = warning;
    const key = code === 'DISK_LOW' || code === 'LOG_CUT' ? `${code} ${String(params?.path)}` : message;
    if (this.#shownWarnings.has(key)) return;
    this.#shownWarnings.add(key);
    const log = this.#t('Show Log');
    void vscode.window.showWarningMessage(escapeLinks(problemText(warning, this.#t)), log).then((choice) => {
      if (choice === log) void vscode.commands.executeCommand(commandIds.showDaemonLog);
    });
  }
}
