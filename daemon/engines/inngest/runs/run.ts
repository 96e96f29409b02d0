/**
 * Reads runs from the responses of a server, and turns them into facts. For the formats, see `proto/api/v2`
 * (FunctionRun), `pkg/coreapi/gql.schema.graphql` (FunctionRunV2) and `pkg/api/apiv1` in Inngest.
 */
import type { JobStatus } from '../../../../shared/job.ts';
import { inngestMessage } from '../../../../shared/messages/inngest.ts';
import type { Fact } from '../../remote.ts';
import { asArray } from '../../untrustedJson.ts';
import { getPath, readText, readTime } from '../http/json.ts';
import { toJobError } from './output.ts';

export interface Run {
  id: string;
  /** In capitals, as in the v2 API. */
  status: string;
  /** Null in single-run responses, which don't include it. */
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
  /** Undefined if it wasn't requested or there is none. */
  output?: unknown;
}

/** Reads a run from a v2 list or a v2 single-run response. The status of the latter is only reliable once it has finished. */
export function readRun(item: unknown): Run | null {
  const id = readText(getPath(item, 'id'), 100);
  const status = readText(getPath(item, 'status'), 40);
  if (id === null || status === null) return null;
  return {
    id,
    status: status.toUpperCase(),
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

/** Reads a node of `runs` from the GraphQL API. Its functions are named `app-function`. */
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

/** Reads a response to `GET /v1/runs/{id}`, whose status is reliable. It has only an internal ID of the function. */
export function readV1Run(body: unknown): Run | null {
  const run = getPath(body, 'data') ?? body;
  const id = readText(getPath(run, 'run_id'), 100);
  const status = readText(getPath(run, 'status'), 40);
  if (id === null || status === null) return null;
  return {
    id,
    status: status.toUpperCase(),
    app: null,
    function: null,
    functionName: null,
    eventName: null,
    queuedAt: null,
    startedAt: readTime(getPath(run, 'run_started_at')),
    endedAt: readTime(getPath(run, 'ended_at')),
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

/** A terminal status without an end time is that of a step: the run continues. */
export function statusOf(run: Run): Exclude<JobStatus, 'pending' | 'lost'> {
  const ended = terminal[run.status];
  if (run.endedAt !== null && ended) return ended as Exclude<JobStatus, 'pending' | 'lost'>;
  switch (run.status) {
    case 'QUEUED':
    case 'SCHEDULED':
    case 'PAUSED':
      return 'waiting';
    // Its function was paused, so it never starts.
    case 'SKIPPED':
      return 'cancelled';
    default:
      return 'running';
  }
}

export const hasEnded = (run: Run): boolean => !['waiting', 'running'].includes(statusOf(run));

/** `app/function`, as far as known. */
export function pathOf(run: Pick<Run, 'app' | 'function'>): string | null {
  if (run.function === null) return null;
  return run.app === null ? run.function : `${run.app}/${run.function}`;
}

export interface FactContext {
  /** When it was read, by the local clock. */
  at: number;
  /** Converts a time of the server to the local clock. */
  toLocal(remote: number): number;
  /** What it waits for; also set for a started run that sleeps. */
  wait?: Fact['wait'];
  limits?: Fact['limits'];
}

export function toFact(run: Run, { at: now, toLocal, wait, limits }: FactContext): Fact {
  const ended = hasEnded(run);
  const status = wait && !ended ? 'waiting' : statusOf(run);
  const path = pathOf(run);
  return {
    externalId: run.id,
    source: 'store',
    at: now,
    status,
    ...(path === null ? {} : { type: path, queue: path, commandLine: path, title: run.functionName ?? path }),
    ...(run.app === null ? {} : { worker: run.app }),
    ...(wait && !ended ? { wait } : {}),
    ...(run.queuedAt === null ? {} : { queuedAt: toLocal(run.queuedAt) }),
    ...(run.startedAt === null || statusOf(run) === 'waiting' ? {} : { startedAt: toLocal(run.startedAt) }),
    // The end of a cancelled run can be seconds after the response that contains it.
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
