/** What is reported of a task that runs outside Jobdeck. Pure. */
import type { StartRequest } from '../../../shared/reporting.ts';
import { oneLine, type Translate } from '../../base/text.ts';
import type { TrackedEnding } from '../trackedJob.ts';

export interface TaskFacts {
  readonly name: string;
  /** Type of its definition: `shell`, `npm`, … */
  readonly type: string;
  /** Id of its group, such as `build`. */
  readonly group: string | undefined;
  /** What it runs, as a line; undefined when that is not known. */
  readonly commandLine: string | undefined;
  readonly cwd: string | undefined;
  /** Folder of the workspace it belongs to. */
  readonly folder: string | undefined;
  readonly pid: number;
}

/** The job of a task that has started. */
export function taskStart(task: TaskFacts, startedAt: string): StartRequest {
  return {
    title: oneLine(task.name, 300) || task.type,
    type: task.group ?? task.type,
    cwd: whole(task.cwd) ?? task.folder,
    workspace: task.folder,
    commandLine: whole(task.commandLine)?.slice(0, 1000),
    metadata: { source: 'task', taskType: task.type, pid: task.pid, startedAt },
  };
}

/** How it ended; without an exit code it was terminated. */
export function taskEnding(exitCode: number | undefined, t: Translate): TrackedEnding {
  if (exitCode === 0) return { kind: 'complete', result: { exitCode } };
  if (exitCode === undefined) return { kind: 'fail', message: t('The task was terminated.'), cancelled: true };
  const hint = t('Its output is in the task’s terminal.');
  return { kind: 'fail', message: t('It ended with exit code {0}.', exitCode), hint };
}

/** The text unless it has variables that only the editor can resolve, such as `${file}`: it could not be run again. */
function whole(text: string | undefined): string | undefined {
  return text === undefined || /\$\{[\w:.]+\}/.test(text) ? undefined : text;
}
