/** Actions on many jobs in one request. */
import type { BulkAction, BulkReply, BulkRequest, JobFilter } from '../shared/bulk.ts';
import type { DaemonClient } from '../shared/client/http.ts';
import { JobdeckError } from '../shared/errors.ts';
import type { CancelSignal, JobDetail } from '../shared/job.ts';
import { exitCodes } from './exitCode.ts';
import { printEachJob } from './forEachJob.ts';
import { confirm } from './output/confirm.ts';
import { jobLine } from './pages/jobLine.ts';
import { usageError } from './problems.ts';
import { resolveJobs } from './references.ts';
import { noteRetry } from './retryNotice.ts';
import type { Cli } from './runner.ts';
import type { Session } from './session.ts';

/** Requests at the same time when many jobs are read. */
const concurrency = 20;

/** An action on jobs: as a request on a single one, and on many. */
export interface JobAction {
  name: BulkAction;
  one(client: DaemonClient, id: string): Promise<JobDetail>;
  /** Whether it may be sent again if the daemon goes away. */
  mayRepeat: boolean;
  reason?: string | undefined;
  signal?: CancelSignal | undefined;
}

/** Applies the action and prints each job on one line. Exit code 1 if it failed for any of them. */
export async function changeJobs(cli: Cli, refs: readonly string[], action: JobAction): Promise<number> {
  const { session, out } = cli;
  const ids = await resolveJobs(session, refs);
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    return printEachJob(cli, ids, async (id) => {
      const job = await send(session, action, (client) => action.one(client, id));
      if (action.name === 'retry') noteRetry(out, job);
      return job;
    });
  }
  const { done, failed } = await change(session, action, { ids });
  const jobs = await readJobs(session, done);
  if (action.name === 'retry') for (const job of jobs) noteRetry(out, job);
  if (out.json) out.document({ jobs, errors: failed });
  else {
    out.lines(jobs.map((job) => jobLine(job, out.colors, Date.now())));
    printFailures(cli, failed);
  }
  return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
}

export interface MatchingOptions {
  yes?: boolean | undefined;
  /** The action as a verb and as a result: `cancel`, `Cancelling`. */
  verb: string;
  doing: string;
}

/** Applies the action to all jobs of a filter after a confirmation, and prints how many there were. */
export async function changeMatching(
  cli: Cli,
  filter: JobFilter,
  action: JobAction,
  { yes = false, verb, doing }: MatchingOptions,
): Promise<number> {
  const { session, out } = cli;
  if (!yes) {
    const matching = await session.persistently((client) => client.each(action.name, { filter, dryRun: true }));
    const jobs = countOf(matching.done);
    const otherwise = usageError('CONFIRMATION_NEEDED/filter', { verb, jobs });
    if (matching.done.length > 0 && !(await confirm(`${capitalize(verb)} ${jobs}?`, otherwise))) {
      out.note('Nothing was changed.');
      return exitCodes.failed;
    }
  }
  const reply = await change(session, action, { filter });
  const { done, failed } = reply;
  const isNone = done.length + failed.length === 0;
  out.result(reply, [isNone ? `No jobs to ${verb}.` : `${doing} ${countOf(done)}.`]);
  if (!out.json) printFailures(cli, failed);
  return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Sends the action on many jobs. */
export function change(session: Session, action: JobAction, request: BulkRequest): Promise<BulkReply> {
  const { name, reason, signal } = action;
  return send(session, action, (client) => client.each(name, { ...request, reason, signal }));
}

export function printFailures({ out }: Cli, failed: BulkReply['failed']): void {
  for (const { error } of failed) out.fail(new JobdeckError(error));
}

function send<T>(
  session: Session,
  { mayRepeat }: JobAction,
  request: (client: DaemonClient) => Promise<T>,
): Promise<T> {
  return mayRepeat ? session.persistently(request) : session.once(request);
}

/** The jobs, except those that have been removed since. */
async function readJobs(session: Session, ids: readonly string[]): Promise<JobDetail[]> {
  const jobs: (JobDetail | null)[] = [];
  for (let first = 0; first < ids.length; first += concurrency) {
    jobs.push(...(await Promise.all(ids.slice(first, first + concurrency).map((id) => readJob(session, id)))));
  }
  return jobs.filter((job) => job !== null);
}

async function readJob(session: Session, id: string): Promise<JobDetail | null> {
  try {
    return await session.persistently((client) => client.get(id));
  } catch (error) {
    if (error instanceof JobdeckError && error.code === 'JOB_NOT_FOUND') return null;
    throw error;
  }
}

const capitalize = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const countOf = (ids: readonly string[]) => (ids.length === 1 ? '1 job' : `${ids.length} jobs`);
