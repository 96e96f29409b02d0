/** One action on many jobs. */
import type { BulkAction, BulkReply, BulkRequest, JobFilter } from '../../../shared/bulk.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import type { JobStatus } from '../../../shared/job.ts';
import { bulkProblem } from '../../../shared/messages/bulk.ts';
import type { Store } from '../../store/store.ts';

/** Jobs changed in one commit, so that a large number of jobs does not hold the event loop. */
const chunk = 50;
/** Jobs read at once when nothing is changed. */
const dryChunk = 1_000;

interface Pass {
  statuses: readonly JobStatus[];
  order: 'oldestFirst' | 'newestFirst';
}

/** Jobs that have not started end first, the latest one first, so that none of them starts when another one ends. */
const unfinished: readonly Pass[] = (['waiting', 'pending', 'running'] as const).map((status) => ({
  statuses: [status],
  order: 'newestFirst',
}));
/** In the order of submission, so that a job is retried before those that depend on it. */
const finished: readonly Pass[] = [{ statuses: ['completed', 'failed', 'cancelled', 'lost'], order: 'oldestFirst' }];

const passes: Record<BulkAction, readonly Pass[]> = {
  cancel: unfinished,
  retry: finished,
  remove: finished,
  forceFail: unfinished,
};

/** Errors that say that a job no longer matches: it has changed since the filter was applied. */
const outdated = new Set(['JOB_ALREADY_ENDED', 'JOB_STILL_ACTIVE', 'JOB_NOT_FOUND']);

export interface BulkDeps {
  store: Pick<Store, 'matching'>;
  action: BulkAction;
  /** Applies the action to one job. */
  act(id: string): Promise<void>;
}

/**
 * Applies an action to many jobs in parts, each of which is committed at once. A job that refuses it does not affect the
 * others.
 * @throws JobdeckError INVALID_REQUEST
 */
export async function actOnMany(
  { ids, filter, dryRun = false }: BulkRequest,
  { store, action, act }: BulkDeps,
): Promise<BulkReply> {
  if ((ids === undefined) === (filter === undefined)) throw bulkProblem('INVALID_REQUEST/idsOrFilter');
  const parts =
    filter === undefined
      ? partsOf([...new Set(ids)])
      : matchingParts(store, filter, passes[action], dryRun ? dryChunk : chunk);
  const reply: BulkReply = { done: [], failed: [] };
  for await (const part of parts) {
    // Writes of the same turn share a commit, and each can fail by itself.
    const errors = await Promise.all(part.map((id) => (dryRun ? null : errorOf(act(id)))));
    for (const [index, id] of part.entries()) {
      const error = errors[index] ?? null;
      if (error === null) reply.done.push(id);
      else if (filter === undefined || !outdated.has(error.code)) reply.failed.push({ id, error: error.toBody() });
    }
  }
  return reply;
}

function* partsOf(ids: readonly string[]): Generator<string[]> {
  for (let first = 0; first < ids.length; first += chunk) yield ids.slice(first, first + chunk);
}

async function* matchingParts(
  store: BulkDeps['store'],
  filter: JobFilter,
  all: readonly Pass[],
  limit: number,
): AsyncGenerator<string[]> {
  for (const pass of all) {
    let after: number | null = null;
    for (let found = limit; found === limit; ) {
      const jobs = store.matching(filter, { ...pass, after, limit });
      yield jobs.map(({ id }) => id);
      found = jobs.length;
      after = jobs.at(-1)?.seq ?? after;
    }
  }
}

async function errorOf(action: Promise<void>): Promise<JobdeckError | null> {
  try {
    await action;
    return null;
  } catch (error) {
    if (error instanceof JobdeckError) return error;
    throw error;
  }
}
