/** Tasks of type `jobdeck` in tasks.json, which run as jobs. */

import * as vscode from 'vscode';
import { ownProcess } from '../../shared/client/callerProcess.ts';
import type { LinePart } from '../../shared/definitions/shellLine.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import { taskType } from '../base/ids.ts';
import { currentUser, environment } from '../base/submitter.ts';
import { send } from '../commandKit/send.ts';
import type { DaemonConnection } from '../daemon/connection.ts';
import { type FullLogLinks, terminalRows } from '../logs/live/fullLogLinks.ts';
import type { LogPtyDeps } from '../logs/live/logPty.ts';
import { taskRequest } from './definition.ts';
import { isTermination } from './taskEnd.ts';
import { TaskPty } from './taskPty.ts';

/** Milliseconds to wait for the close reason of a terminal, which arrives after its pseudoterminal was closed. */
const reasonTimeout = 2_000;

export interface TaskProviderDeps extends Omit<LogPtyDeps, 'access' | 'rows'> {
  readonly connection: DaemonConnection;
  readonly links: FullLogLinks;
  /** Loads what puts values into shell lines. */
  tools(): Record<'cmdLine' | 'posixLine', (parts: readonly LinePart[]) => string>;
  log(line: string): void;
}

export function registerTaskProvider(deps: TaskProviderDeps): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    // All tasks are in tasks.json. The task list waits for every provider, so return immediately.
    provideTasks: () => [],
    resolveTask: (task) => jobTask(task, deps),
  });
}

/** The task with its execution. The editor resolves the variables of the definition before it runs. */
function jobTask(task: vscode.Task, deps: TaskProviderDeps): vscode.Task {
  const scope = task.scope ?? vscode.TaskScope.Workspace;
  const execution = new vscode.CustomExecution(async (resolved) => pseudoterminal(task, resolved, deps));
  const made = new vscode.Task(task.definition, scope, task.name, taskType, execution, task.problemMatchers);
  made.group = task.group;
  made.detail = task.detail;
  made.presentationOptions = task.presentationOptions;
  return made;
}

function pseudoterminal(
  task: vscode.Task,
  definition: vscode.TaskDefinition,
  { connection, links, model, t, log, tools }: TaskProviderDeps,
): vscode.Pseudoterminal {
  const submit = async () => {
    if (!vscode.workspace.isTrusted) throw editorProblem('ENGINE_NOT_CAPABLE/untrusted');
    const context = {
      name: task.name,
      group: task.group?.id,
      folder: folderOf(task),
      environment: environment(),
      command: task.definition.command,
      shellLine: (parts: readonly LinePart[]) =>
        process.platform === 'win32' ? tools().cmdLine(parts) : tools().posixLine(parts),
    };
    const request = taskRequest(definition, context);
    // Running a task starts the daemon if it is not running.
    connection.start();
    return send({ connection }, (client) =>
      client.submit({ ...request, createdBy: currentUser(), process: ownProcess() }),
    );
  };
  return new TaskPty({
    access: connection,
    model,
    t,
    rows: terminalRows(),
    submit,
    showsLog: (pty, ref) => links.add(pty, ref, (terminal) => isOfTask(terminal, task.name)),
    log,
    cancel: (jobId) => send({ connection }, (client) => client.cancel(jobId)),
    isTerminated: async () => isTermination(await closeReason(task.name)),
  });
}

/** The folder of the task's tasks.json, otherwise the first local folder. */
function folderOf({ scope }: vscode.Task): string | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const own = typeof scope === 'object' ? [scope, ...folders] : folders;
  return own.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
}

/**
 * Why the terminal of a task was closed, as a `TerminalExitReason`. Undefined if the editor doesn't report it. Call it
 * as soon as the pseudoterminal is closed: the reason arrives afterwards.
 */
function closeReason(task: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const settle = (reason: number | undefined) => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(reason);
    };
    const timer = setTimeout(() => settle(undefined), reasonTimeout);
    const subscription = vscode.window.onDidCloseTerminal((terminal) => {
      if (isOfTask(terminal, task)) settle(terminal.exitStatus?.reason);
    });
  });
}

/** In a multi-root workspace, the name of the task is followed by the folder name. */
function isOfTask({ name }: vscode.Terminal, task: string): boolean {
  return name.startsWith(task);
}
