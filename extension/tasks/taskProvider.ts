/** Tasks of the type `jobdeck`: entries of tasks.json that run as jobs. */
import * as vscode from 'vscode';
import { editorProblem } from '../../shared/messages/editor.ts';
import { taskType } from '../base/ids.ts';
import { currentUser, environment } from '../base/submitter.ts';
import { send } from '../commandKit/send.ts';
import type { DaemonConnection } from '../daemon/connection.ts';
import type { LogPtyDeps } from '../logs/live/logPty.ts';
import { taskRequest } from './definition.ts';
import { meansTerminated } from './ending.ts';
import { TaskPty } from './taskPty.ts';

/** Milliseconds in which the editor says why it closed a terminal, after it has told the terminal's program to end. */
const newsTime = 2_000;

export interface TaskProviderDeps extends Omit<LogPtyDeps, 'access'> {
  readonly connection: DaemonConnection;
  log(line: string): void;
}

export function registerTaskProvider(deps: TaskProviderDeps): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    // Whoever opens the list of tasks waits for every provider; what there is stands in tasks.json.
    provideTasks: () => [],
    resolveTask: (task) => jobTask(task, deps),
  });
}

/** The task with what makes it run: the editor resolves the variables of its definition before it does. */
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
  { connection, model, t, log }: TaskProviderDeps,
): vscode.Pseudoterminal {
  const submit = async () => {
    if (!vscode.workspace.isTrusted) throw editorProblem('ENGINE_NOT_CAPABLE/untrusted');
    const context = { name: task.name, group: task.group?.id, folder: folderOf(task), environment: environment() };
    const request = taskRequest(definition, context);
    // Unless it is running already: whoever runs a task wants the daemon.
    connection.start();
    return send({ connection }, (client) => client.submit({ ...request, createdBy: currentUser() }));
  };
  return new TaskPty({
    ...{ access: connection, model, t, submit, log },
    cancel: (jobId) => send({ connection }, (client) => client.cancel(jobId)),
    isTerminated: async () => meansTerminated(await closeReason(task.name)),
  });
}

/** The folder of the task's tasks.json, else the first one on this machine's disk. */
function folderOf({ scope }: vscode.Task): string | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const own = typeof scope === 'object' ? [scope, ...folders] : folders;
  return own.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
}

/**
 * Why the terminal of a task was closed, as a `TerminalExitReason`; undefined when the editor doesn't say. Call it as
 * soon as the terminal's program is told to end: the reason comes after that.
 */
function closeReason(task: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const settle = (reason: number | undefined) => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(reason);
    };
    const timer = setTimeout(() => settle(undefined), newsTime);
    const subscription = vscode.window.onDidCloseTerminal(({ name, exitStatus }) => {
      // With several folders the name of the folder is behind it.
      if (name.startsWith(task)) settle(exitStatus?.reason);
    });
  });
}
