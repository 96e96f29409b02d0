/** The common part of all commands: workspace trust, a daemon that is not running, errors. */
import * as vscode from 'vscode';
import { type CommandName, commandIds } from '../base/ids.ts';
import { escapeLinks, messageText, problemText, type Translate } from '../base/text.ts';
import { isAway } from '../daemon/access.ts';
import type { DaemonConnection } from '../daemon/connection.ts';
import { toJobdeckError } from '../daemon/failure.ts';

export interface CommandSpec {
  /**
   * While there is no daemon: `start` starts it and goes on, `offer` says so and offers to, `works` needs none.
   * A connection that is being made is waited for.
   */
  readonly offline: 'start' | 'offer' | 'works';
  /** It starts a job, which an untrusted workspace must not. */
  readonly startsJobs?: true;
  run(args: readonly unknown[]): Promise<void>;
}

export type CommandTable = Readonly<Record<CommandName, CommandSpec>>;

export interface RunnerDeps {
  readonly connection: DaemonConnection;
  readonly log: vscode.LogOutputChannel;
  readonly t: Translate;
}

/** Registers every command; `table` is asked for when the first is called. A command never rejects: what goes wrong is told. */
export function registerCommands(table: () => CommandTable, deps: RunnerDeps): vscode.Disposable {
  const names = Object.keys(commandIds) as CommandName[];
  return vscode.Disposable.from(
    ...names.map((name) =>
      vscode.commands.registerCommand(commandIds[name], (...args: unknown[]) => runCommand(table()[name], args, deps)),
    ),
  );
}

async function runCommand(spec: CommandSpec, args: readonly unknown[], deps: RunnerDeps): Promise<void> {
  if (spec.startsJobs && !vscode.workspace.isTrusted) return tellUntrusted(deps.t);
  if (spec.offline !== 'works' && isAway(deps.connection.state)) {
    if (spec.offline === 'offer') return offerStart(spec, args, deps);
    deps.connection.start();
  }
  try {
    await spec.run(args);
  } catch (error) {
    tellError(error, deps);
  }
}

/** Shows what went wrong, in a sentence and a hint. Does not wait for an answer. */
function tellError(thrown: unknown, { log, t }: Pick<RunnerDeps, 'log' | 't'>): void {
  const error = toJobdeckError(thrown);
  if (error.code === 'INTERNAL') log.error(error.cause instanceof Error ? error.cause : error);
  const showLog = t('Show Log');
  const text = escapeLinks(problemText(error, t));
  void vscode.window.showErrorMessage(text, ...(error.code === 'INTERNAL' ? [showLog] : [])).then((choice) => {
    if (choice === showLog) log.show();
  });
}

function tellUntrusted(t: Translate): void {
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
