/** Tokens in the context value of a job's row. `when` clauses in package.json match them to show menu items. */
import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';

/** Tokens of the actions that the daemon allows for a job. */
export function contextTokens(job: Job): string[] {
  const { cancel, retry, remove, pause, resume, hold, release, start, priority, input, forceFail } = job.capabilities;
  return [
    'job',
    ...(cancel.allowed ? ['cancelable'] : []),
    ...(retry.allowed ? [job.status === 'completed' ? 'rerunnable' : 'retryable'] : []),
    ...(retry.allowed && job.commandLine !== null && job.connection === null ? ['editable'] : []),
    ...(pause.allowed ? ['pausable'] : []),
    ...(resume.allowed ? ['resumable'] : []),
    ...(hold.allowed ? ['holdable'] : []),
    ...(release.allowed ? ['releasable'] : []),
    ...(start.allowed ? ['startable'] : []),
    ...(priority.allowed ? ['prioritizable'] : []),
    ...(input.allowed ? ['takesInput'] : []),
    ...(forceFail.allowed ? ['active'] : []),
    ...(remove.allowed ? ['removable'] : []),
    ...(job.commandLine !== null ? ['hasCommand'] : []),
    ...(hasLog(job) ? ['hasLog'] : []),
    ...(mayNameSource(job) ? ['hasErrors'] : []),
    ...remoteTokens(job),
  ];
}

/** Tokens of remote jobs. */
function remoteTokens({ connection, engine, status }: Job): string[] {
  if (connection === null) return [];
  return ['remote', ...(engine === 'inngest' && isTerminal(status) ? ['hasSteps'] : [])];
}

/** Removes the tokens of actions that a read-only connection does not allow. */
export function offered(tokens: readonly string[], connection: Connection | null): readonly string[] {
  if (connection?.readOnly !== true) return tokens;
  return tokens.filter((token) => !['cancelable', 'retryable', 'rerunnable', 'hasSteps'].includes(token));
}

/** Whether a job has a local log. The output of a remote job stays with its engine. */
export function hasLog({ attempt, connection }: Pick<Job, 'attempt' | 'connection'>): boolean {
  return attempt > 0 && connection === null;
}

/** Whether the log of a job may name the source of its error. */
export function mayNameSource(job: Pick<Job, 'status' | 'attempt' | 'connection'>): boolean {
  return job.status === 'failed' && hasLog(job);
}
