/** Reports of a task that runs outside Jobdeck. Pure. */
import type { StartRequest } from '../../../shared/reporting.ts';
import { oneLine, type Translate } from '../../base/text.ts';
import type { TrackedOutcome } from '../trackedJob.ts';

export interface TaskFacts {
  readonly name: string;
  /** Type of its definition, such as `shell` or `npm`. */
  readonly type: string;
  /** ID of its group, such as `build`. */
  readonly group: string | undefined;
  /** Its command line, if known. */
  readonly commandLine: string | undefined;
  readonly cwd: string | undefined;
  /** Its workspace folder. */
  readonly folder: string | undefined;
  readonly pid: number;
}

/** The report of a task that has started. */
export function taskStart(task: TaskFacts, startedAt: string): StartRequest {
  return {
    title: oneLine(task.name, 300) || task.type,
    type: task.group ?? task.type,
    cwd: withoutVariables(task.cwd) ?? task.folder,
    workspace: task.folder,
    commandLine: withoutVariables(task.commandLine)?.slice(0, 1000),
    metadata: { source: 'task', taskType: task.type, pid: task.pid, startedAt },
  };
}

/** The outcome of a task. Without an exit code, it was terminated. */
export function taskOutcome(exitCode: number | undefined, t: Translate): TrackedOutcome {
  if (exitCode === 0) return { kind: 'complete', result: { exitCode } };
  if (exitCode === undefined) return { kind: 'fail', message: t('The task was terminated.'), cancelled: true };
  const hint = t('Its output is in the task’s terminal.');
  return { kind: 'fail', message: t('It ended with exit code {0}.', exitCode), hint };
}

/** Undefined for a text with variables that only the editor can resolve, such as `${file}`: it can't be run again. */
function withoutVariables(text: string | undefined): string | undefined {
  return text === undefined || /\$\{[\w:.]+\}/.test(text) ? undefined : text;
}
