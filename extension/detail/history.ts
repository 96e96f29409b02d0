/** The latest runs of jobs like one, for the plot of their durations. */
import type { DaemonClient } from '../../shared/client/http.ts';
import { runTime } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import type { HistoryMessage, PastRun } from '../../shared/panel.ts';
import { isTerminal } from '../../shared/status.ts';

export type History = Pick<HistoryMessage, 'sameCommand' | 'runs'>;
type Kind = Pick<Job, 'type' | 'commandLine' | 'children'>;

/** Runs that are shown at most, and jobs of the type that are looked through for them. */
const mostRuns = 50;
const looked = 100;
/** As for what is usual: so many of the same command line, and it is those that count. */
const fewestOfCommand = 3;
/** What every shell line is that was given no type: no two of them need have anything in common. */
const genericType = 'shell';

/** Reads what the plot of a job shows; null for a group, whose duration is that of its jobs. */
export async function readHistory(client: DaemonClient, job: Kind): Promise<History | null> {
  if (job.children !== null) return null;
  const status = 'completed,failed,cancelled,lost';
  const { jobs } = await client.list({ type: job.type, status, sort: 'endedAt', limit: looked });
  return historyOf(jobs, job);
}

/** The runs to show of these jobs, which are the latest of the type, latest first. */
export function historyOf(jobs: readonly Job[], { type, commandLine }: Pick<Kind, 'type' | 'commandLine'>): History {
  const runs = jobs.flatMap((job) => {
    const run = pastRun(job);
    return run === null ? [] : [{ run, commandLine: job.commandLine }];
  });
  const same = runs.filter((one) => one.commandLine === commandLine);
  const sameCommand = commandLine !== null && (same.length >= fewestOfCommand || type === genericType);
  const shown = (sameCommand ? same : runs).slice(0, mostRuns);
  return { sameCommand, runs: shown.map(({ run }) => run).reverse() };
}

/** Whether the end of a job may change what is shown of another. */
export function isLike(job: Job | undefined, other: Kind | null): boolean {
  return job !== undefined && job.type === other?.type && isTerminal(job.status);
}

/** Null when it never ran, or has not ended. */
function pastRun(job: Job): PastRun | null {
  const { id, status, endedAt, children } = job;
  const ms = runTime(job, 0);
  if (children !== null || endedAt === null || ms === null || !isTerminal(status)) return null;
  return { id, status, ms, endedAt };
}
