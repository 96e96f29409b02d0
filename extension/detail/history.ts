/** The latest runs of similar jobs, for the duration chart. */
import type { DaemonClient } from '../../shared/client/http.ts';
import { runTime } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import type { HistoryMessage, PastRun } from '../../shared/panel.ts';
import { isTerminal } from '../../shared/status.ts';

export type History = Pick<HistoryMessage, 'sameCommand' | 'runs'>;
type Kind = Pick<Job, 'type' | 'commandLine' | 'children'>;

/** Maximum number of runs shown, and of jobs requested to find them. */
const maxRuns = 50;
const maxRequested = 100;
/** Same threshold as for the usual duration: with this many runs of the same command line, only those are shown. */
const minOfCommand = 3;
/** The default type of shell commands, which may have nothing in common. */
const genericType = 'shell';

/** Reads the data of the duration chart. Null for a group, whose duration depends on its jobs. */
export async function readHistory(client: DaemonClient, job: Kind): Promise<History | null> {
  if (job.children !== null) return null;
  const status = 'completed,failed,cancelled,lost';
  const { jobs } = await client.list({ type: job.type, status, sort: 'endedAt', limit: maxRequested });
  return historyOf(jobs, job);
}

/** Selects the runs to show from the latest jobs of the type (latest first). */
export function historyOf(jobs: readonly Job[], { type, commandLine }: Pick<Kind, 'type' | 'commandLine'>): History {
  const runs = jobs.flatMap((job) => {
    const run = pastRun(job);
    return run === null ? [] : [{ run, commandLine: job.commandLine }];
  });
  const same = runs.filter((one) => one.commandLine === commandLine);
  const sameCommand = commandLine !== null && (same.length >= minOfCommand || type === genericType);
  const shown = (sameCommand ? same : runs).slice(0, maxRuns);
  return { sameCommand, runs: shown.map(({ run }) => run).reverse() };
}

/** Whether the end of a job may change the chart of another. */
export function isLike(job: Job | undefined, other: Kind | null): boolean {
  return job !== undefined && job.type === other?.type && isTerminal(job.status);
}

/** Null if the job never ran or has not finished. */
function pastRun(job: Job): PastRun | null {
  const { id, status, endedAt, children } = job;
  const ms = runTime(job, 0);
  if (children !== null || endedAt === null || ms === null || !isTerminal(status)) return null;
  return { id, status, ms, endedAt };
}
