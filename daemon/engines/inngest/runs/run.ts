/**
 * Runs as the lists and single calls of a server tell them, and what they are as facts.
 * Shapes: `proto/api/v2` (FunctionRun), `pkg/coreapi/gql.schema.graphql` (FunctionRunV2) and `pkg/api/apiv1`.
 */

import type { JobStatus } from '../../../../shared/job.ts';
import { inngestMessage } from '../../../../shared/messages/inngest.ts';
import type { Fact } from '../../remote.ts';
import { asArray } from '../../untrustedJson.ts';
import { getPath, readText, readTime } from '../http/json.ts';
import { toJobError } from './output.ts';

export interface Run {
  id: string;
  /** In capitals, as the v2 API tells it. */
  status: string;
  /** null when only the call for a single run was asked, which does not tell it. */
  app: string | null;
  function: string | null;
  functionName: string | null;
  /** Milliseconds by the server's clock. */
  queuedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  eventIds: string[];
  eventName: string | null;
  cron: string | null;
  /** undefined when it was not asked for, or there is none. */
  output?: unknown;
}

/** A run of a v2 list or of the v2 call for one, whose status must not be believed before it has ended. */
export function readRun(item: unknown): Run | null {
  const id = readText(getPath(item, 'id'), 100);
  const status = readText(getPath(item, 'status'), 40);
  if (id === null || status === null) return null;
  return {
    ...{ id, status: status.toUpperCase() },
    app: readText(getPath(item, 'app', 'id'), 300),
    function: readText(getPath(item, 'function', 'id'), 300),
    functionName: readText(getPath(item, 'function', 'name'), 300),
    ...readTimes(item),
    eventIds: asArray(getPath(item, 'trigger', 'eventIds')).flatMap((one) => readText(one, 100) ?? []),
    eventName: readText(getPath(item, 'trigger', 'eventName'), 300),
    cron: readText(getPath(item, 'trigger', 'cronSchedule'), 200),
    output: getPath(item, 'output'),
  };
}

/** A node of `runs` of the GraphQL API. Its functions are named `app-function`. */
export function readGraphqlRun(node: unknown): Run | null {
  const run = readRun(node);
  if (run === null) return null;
  const app = readText(getPath(node, 'app', 'externalID'), 300) ?? readText(getPath(node, 'app', 'name'), 300);
  const slug = readText(getPath(node, 'function', 'slug'), 300);
  return {
    ...run,
    app,
    function: app !== null && slug?.startsWith(`${app}-`) ? slug.slice(app.length + 1) : slug,
    eventIds: asArray(getPath(node, 'triggerIDs')).flatMap((one) => readText(one, 100) ?? []),
    eventName: readText(getPath(node, 'eventName'), 300),
    cron: readText(getPath(node, 'cronSchedule'), 200),
  };
}

/** The answer of `GET /v1/runs/{id}`, whose status is right. It knows its function only by an internal id. */
export function readV1Run(body: unknown): Run | null {
  const run = getPath(body, 'data') ?? body;
  const id = readText(getPath(run, 'run_id'), 100);
  const status = readText(getPath(run, 'status'), 40);
  if (id === null || status === null) return null;
  return {
    ...{ id, status: status.toUpperCase(), app: null, function: null, functionName: null, eventName: null },
    ...{
      queuedAt: null,
      startedAt: readTime(getPath(run, 'run_started_at')),
      endedAt: readTime(getPath(run, 'ended_at')),
    },
    eventIds: [getPath(run, 'event_id')].flatMap((one) => readText(one, 100) ?? []),
    cron: readText(getPath(run, 'cron'), 200),
  };
}

const readTimes = (item: unknown) => ({
  queuedAt: readTime(getPath(item, 'queuedAt')),
  startedAt: readTime(getPath(item, 'startedAt')),
  endedAt: readTime(getPath(item, 'endedAt')),
});

const terminal: Record<string, JobStatus> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

/** A terminal status without its time is that of a step: the run goes on. */
export function statusOf(run: Run): Exclude<JobStatus, 'pending' | 'lost'> {
  const ended = terminal[run.status];
  if (run.endedAt !== null && ended) return ended as Exclude<JobStatus, 'pending' | 'lost'>;
  switch (run.status) {
    case 'QUEUED':
    case 'SCHEDULED':
    case 'PAUSED':
      return 'waiting';
    // Its function was paused when it would have started: it never will.
    case 'SKIPPED':
      return 'cancelled';
    default:
      return 'running';
  }
}

export const hasEnded = (run: Run): boolean => !['waiting', 'running'].includes(statusOf(run));

/** `app/function`: what a run is of, as far as known. */
export function pathOf(run: Pick<Run, 'app' | 'function'>): string | null {
  if (run.function === null) return null;
  return run.app === null ? run.function : `${run.app}/${run.function}`;
}

export interface FactContext {
  /** When it was read, by this machine's clock. */
  at: number;
  /** A time of the server by this machine's clock. */
  toLocal(remote: number): number;
  /** What it waits for; also of a run that has started and sleeps. */
  wait?: Fact['wait'];
  limits?: Fact['limits'];
}

/** What a run is as a fact. */
export function toFact(run: Run, { at: now, toLocal, wait, limits }: FactContext): Fact {
  const ended = hasEnded(run);
  const status = wait && !ended ? 'waiting' : statusOf(run);
  const path = pathOf(run);
  return {
    ...{ externalId: run.id, source: 'store', at: now, status },
    ...(path === null ? {} : { type: path, queue: path, commandLine: path, title: run.functionName ?? path }),
    ...(run.app === null ? {} : { worker: run.app }),
    ...(wait && !ended ? { wait } : {}),
    ...(run.queuedAt === null ? {} : { queuedAt: toLocal(run.queuedAt) }),
    ...(run.startedAt === null || statusOf(run) === 'waiting' ? {} : { startedAt: toLocal(run.startedAt) }),
    // The end of a cancelled run was seen ten seconds ahead of the answer that told it.
    ...(ended ? { endedAt: Math.min(run.endedAt === null ? now : toLocal(run.endedAt), now) } : {}),
    ...(status === 'failed' ? { error: toJobError(run.output) } : {}),
    metadata: {
      ...(run.app === null ? {} : { app: run.app }),
      ...(run.function === null ? {} : { function: run.function }),
      ...(run.eventIds.length === 0 ? {} : { eventIds: run.eventIds.slice(0, 100) }),
      ...(run.eventName === null ? {} : { event: run.eventName }),
      ...(run.cron === null ? {} : { cron: run.cron }),
    },
    ...(run.status === 'SKIPPED'
      ? { messages: [{ at: now, level: 'warning', message: inngestMessage('inngest.skipped') }] }
      : {}),
    ...(run.cron === null ? {} : { trigger: 'scheduled' }),
    ...(limits ? { limits } : {}),
  };
}

/** The actions that a run doesn't support, and why. */
export function actionLimits({ cron }: Pick<Run, 'cron'>): NonNullable<Fact['limits']> {
  if (cron === null) return { cancel: null, retry: null, retryFromStep: null };
  const reason = inngestMessage('inngest.scheduledRun');
  return { cancel: null, retry: reason, retryFromStep: reason };
}
