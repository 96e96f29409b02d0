/** The common part of all commands: workspace trust, a daemon that is not running, errors. */
import * as vscode from 'vscode';
import { type ClickGuard, clickedRow } from '../base/clickGuard.ts';
import { type CommandName, commandIds, paletteIds } from '../base/ids.ts';
import { escapeLinks, messageText, problemText, type Translate } from '../base/text.ts';
import { isAway } from '../daemon/access.ts';
import type { DaemonConnection } from '../daemon/connection.ts';
import { toJobdeckError } from '../daemon/failure.ts';

export interface CommandSpec {
  /**
   * What to do if the daemon is not running: `start` starts it and continues, `offer` asks the user to start it, `works`
   * runs without it. A connection in progress is awaited.
   */
  readonly offline: 'start' | 'offer' | 'works';
  /** It starts a job, which is not allowed in an untrusted workspace. */
  readonly startsJobs?: true;
  run(args: readonly unknown[]): Promise<void>;
}

export type CommandTable = Readonly<Record<CommandName, CommandSpec>>;

export interface RunnerDeps {
  readonly connection: DaemonConnection;
  readonly log: vscode.LogOutputChannel;
  readonly t: Translate;
  /** Ignores clicks on buttons that have just come under the pointer. */
  readonly clicks: ClickGuard;
}

/** Registers every command. `table` is called when the first command runs. Commands never reject; errors are shown. */
export function registerCommands(table: () => CommandTable, deps: RunnerDeps): vscode.Disposable {
  const names = Object.keys(commandIds) as CommandName[];
  const inPalette = Object.entries(paletteIds) as [CommandName, string][];
  return vscode.Disposable.from(
    ...inPalette.map(([name, id]) => vscode.commands.registerCommand(id, () => runCommand(table()[name], [], deps))),
    ...names.map((name) =>
      vscode.commands.registerCommand(commandIds[name], async (...args: unknown[]) => {
        const row = clickedRow(args);
        if (row === null || deps.clicks.admits(row, name === 'openLog')) await runCommand(table()[name], args, deps);
      }),
    ),
  );
}

async function runCommand(spec: CommandSpec, args: readonly unknown[], deps: RunnerDeps): Promise<void> {
  if (spec.startsJobs && !vscode.workspace.isTrusted) return showUntrusted(deps.t);
  if (spec.offline !== 'works' && isAway(deps.connection.state)) {
    if (spec.offline === 'offer') return offerStart(spec, args, deps);
    deps.connection.start();
  }
  try {
    await spec.run(args);
  } catch (error) {
    showError(error, deps);
  }
}

/** Shows an error with its hint, without waiting for the user. */
export function showError(thrown: unknown, { log, t }: Pick<RunnerDeps, 'log' | 't'>): void {
  const error = toJobdeckError(thrown);
  if (error.code === 'INTERNAL') log.error(error.cause instanceof Error ? error.cause : error);
  const showLog = t('Show Log');
  const text = escapeLinks(problemText(error, t));
  void vscode.window.showErrorMessage(text, ...(error.code === 'INTERNAL' ? [showLog] : [])).then((choice) => {
    if (choice === showLog) log.show();
  });
}

function showUntrusted(t: Translate): void {
  const manage = t('Manage Workspace Trust');
  const text = t('Jobdeck can’t start jobs in an untrusted workspace. You can still view and cancel running jobs.');
  void vscode.window.showWarningMessage(text, manage).then((choice) => {
    if (choice === manage) void vscode.commands.executeCommand('workbench.trust.manage');
  });
}

function offerStart(spec: CommandSpec, args: readonly unknown[], deps: RunnerDeps): void {
  const { connection, t } = deps;
  const start = t('Start Daemon');
  const { error } = connection.state;
  const text = error ? messageText(error, t) : t('The Jobdeck daemon is stopped.');
  void vscode.window.showWarningMessage(escapeLinks(text), start).then((choice) => {
    if (choice !== start) return;
    connection.start();
    void runCommand(spec, args, deps);
  });
}
