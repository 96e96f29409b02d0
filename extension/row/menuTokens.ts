/** The tokens by which the menus of a job's row know what applies to it; package.json looks for them. */
import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal, shownStatus } from '../../shared/status.ts';

/** What menus may offer for a job, by what the daemon says applies to it. */
export function contextTokens(job: Job): string[] {
  const { cancel, retry, remove, pause, resume, hold, release, input, forceFail } = job.capabilities;
  return [
    'job',
    ...(cancel.allowed && shownStatus(job) !== 'cancelling' ? ['cancelable'] : []),
    ...(retry.allowed ? [job.status === 'completed' ? 'rerunnable' : 'retryable'] : []),
    ...(retry.allowed && job.commandLine !== null && job.connection === null ? ['editable'] : []),
    ...(pause.allowed ? ['pausable'] : []),
    ...(resume.allowed ? ['resumable'] : []),
    ...(hold.allowed ? ['holdable'] : []),
    ...(release.allowed ? ['releasable'] : []),
    ...(input.allowed ? ['takesInput'] : []),
    ...(forceFail.allowed ? ['active'] : []),
    ...(remove.allowed ? ['removable'] : []),
    ...(job.commandLine !== null ? ['hasCommand'] : []),
    ...(hasLog(job) ? ['hasLog'] : []),
    ...remoteTokens(job),
  ];
}

/** Tokens of jobs that an engine runs elsewhere. */
function remoteTokens({ connection, engine, status }: Job): string[] {
  if (connection === null) return [];
  return ['remote', ...(engine === 'inngest' && isTerminal(status) ? ['hasSteps'] : [])];
}

/** Of what menus offer for a job, all that its connection lets be done. */
export function offered(tokens: readonly string[], connection: Connection | null): readonly string[] {
  if (connection?.readOnly !== true) return tokens;
  return tokens.filter((token) => !['cancelable', 'retryable', 'rerunnable', 'hasSteps'].includes(token));
}

/** Whether a job has a log here; the output of one that runs elsewhere is with its engine. */
export function hasLog({ attempt, connection }: Pick<Job, 'attempt' | 'connection'>): boolean {
  return attempt > 0 && connection === null;
}
