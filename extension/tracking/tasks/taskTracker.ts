/** Tracks tasks of other types in this window, if enabled. */
import * as vscode from 'vscode';
import { formatCommand } from '../../../shared/format.ts';
import { settingIds, taskType } from '../../base/ids.ts';
import type { Translate } from '../../base/text.ts';
import type { TrackedJob } from '../trackedJob.ts';
import type { Tracking } from '../tracking.ts';
import { type TaskFacts, taskOutcome, taskStart } from './trackedTask.ts';

export class TaskTracker implements vscode.Disposable {
  readonly #tracking: Tracking;
  readonly #t: Translate;
  readonly #jobs = new Map<vscode.TaskExecution, TrackedJob>();
  readonly #pids = new Map<vscode.TaskExecution, number>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(tracking: Tracking, t: Translate) {
    this.#tracking = tracking;
    this.#t = t;
    this.#subscriptions = [
      vscode.tasks.onDidStartTaskProcess((event) => this.#started(event)),
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => this.#ended(execution, exitCode)),
      // Fires after the process ended, or without that event if the task was terminated.
      vscode.tasks.onDidEndTask(({ execution }) => this.#ended(execution, undefined)),
    ];
  }

  /** Whether a process belongs to a task. Tasks are never tracked as terminal commands. */
  isTask(pid: number): boolean {
    return [...this.#pids.values()].includes(pid);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #started({ execution, processId }: vscode.TaskProcessStartEvent): void {
    // Custom executions of extensions have no process, and tasks of type `jobdeck` are jobs already.
    if (!(processId > 0) || execution.task.definition.type === taskType) return;
    this.#pids.set(execution, processId);
    const wanted = vscode.workspace.getConfiguration().get<boolean>(settingIds.trackTasks, false);
    if (!wanted || !vscode.workspace.isTrusted || this.#jobs.has(execution)) return;
    const start = taskStart(factsOf(execution.task, processId), new Date().toISOString());
    this.#jobs.set(
      execution,
      this.#tracking.start(start, { stop: () => execution.terminate(), runs: () => isAlive(processId) }),
    );
  }

  #ended(execution: vscode.TaskExecution, exitCode: number | undefined): void {
    this.#pids.delete(execution);
    const job = this.#jobs.get(execution);
    this.#jobs.delete(execution);
    void job?.end(taskOutcome(exitCode, this.#t));
  }
}

function factsOf(task: vscode.Task, pid: number): TaskFacts {
  const { name, definition, group, execution, scope } = task;
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  const known = execution instanceof vscode.CustomExecution ? undefined : execution;
  return {
    name,
    type: definition.type,
    group: group?.id,
    pid,
    commandLine: known === undefined ? undefined : lineOf(known),
    cwd: known?.options?.cwd,
    folder: folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined,
  };
}

function lineOf(execution: vscode.ShellExecution | vscode.ProcessExecution): string | undefined {
  if ('process' in execution) return formatCommand({ argv: [execution.process, ...execution.args] });
  if (execution.commandLine !== undefined) return execution.commandLine;
  const { command, args } = execution;
  if (command === undefined) return undefined;
  const text = (part: string | vscode.ShellQuotedString) => (typeof part === 'string' ? part : part.value);
  return formatCommand({ argv: [command, ...(args ?? [])].map(text) });
}

/** Whether a process exists. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
