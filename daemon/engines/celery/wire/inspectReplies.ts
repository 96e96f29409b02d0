/** Replies of workers to inspection commands. See celery/worker/control.py and celery/worker/request.py. Pure. */
import { asArray, asNumber, asRecord, asText, type JsonObject } from '../../untrustedJson.ts';
import { parseTime } from './pythonJson.ts';

export interface TaskInfo {
  id: string;
  state: 'active' | 'reserved' | 'scheduled';
  name: string | null;
  args: unknown[] | null;
  kwargs: JsonObject | null;
  queue: string | null;
  /** By the worker's clock, in milliseconds. */
  startedAt: number | null;
  eta: number | null;
  /** The worker's child process that runs it. */
  pid: number | null;
}

/** Reads replies to `active`, `reserved` and `scheduled`. */
export function readTasks(state: TaskInfo['state'], value: unknown): TaskInfo[] {
  return asArray(value).flatMap((one) => {
    const fields = asRecord(one);
    const request = state === 'scheduled' ? asRecord(fields?.request) : fields;
    return readTaskInfo(state, request, fields) ?? [];
  });
}

/** Reads replies to `query_task`, which have the form `{id: [state, info]}`. */
export function readQueryTask(value: unknown): TaskInfo[] {
  return Object.values(asRecord(value) ?? {}).flatMap((one) => {
    const [state, info] = asArray(one);
    return readTaskInfo(state === 'active' ? 'active' : 'reserved', asRecord(info), null) ?? [];
  });
}

function readTaskInfo(state: TaskInfo['state'], info: JsonObject | null, outer: JsonObject | null): TaskInfo | null {
  const id = asText(info?.id);
  if (info === null || id === null) return null;
  const started = asNumber(info.time_start);
  return {
    id,
    state,
    name: asText(info.name),
    args: Array.isArray(info.args) ? info.args : null,
    kwargs: asRecord(info.kwargs),
    queue: asText(asRecord(info.delivery_info)?.routing_key),
    startedAt: started === null ? null : started * 1000,
    eta: parseTime(outer?.eta),
    pid: asNumber(info.worker_pid),
  };
}

export interface WorkerStats {
  /** Such as `prefork`. */
  pool: string | null;
  concurrency: number | null;
  processed: number | null;
}

export function readStats(value: unknown): WorkerStats {
  const fields = asRecord(value);
  const pool = asRecord(fields?.pool);
  // Such as `celery.concurrency.prefork:TaskPool`.
  const implementation = asText(pool?.implementation);
  const [, module] = /(\w+):\w+$/.exec(implementation ?? '') ?? [];
  const total = Object.values(asRecord(fields?.total) ?? {}).map((one) => asNumber(one) ?? 0);
  return {
    pool: module === 'thread' ? 'threads' : (module ?? implementation),
    concurrency: asNumber(pool?.['max-concurrency']),
    processed: asRecord(fields?.total) === null ? null : total.reduce((sum, one) => sum + one, 0),
  };
}

export const readTaskNames = (value: unknown): string[] =>
  // Such as `tasks.add [rate_limit=10/m]`.
  asArray(value).flatMap((one) => asText(one)?.split(' ', 1) ?? []);

export const readQueueNames = (value: unknown): string[] =>
  asArray(value).flatMap((one) => asText(asRecord(one)?.name) ?? []);

/** The part of an application's configuration that determines what can be shown. */
export interface AppConfig {
  resultBackend: string | null;
  serializer: string | null;
  resultSerializer: string | null;
}

export function readConfig(value: unknown): AppConfig {
  const fields = asRecord(value) ?? {};
  return {
    resultBackend: asText(fields.result_backend) ?? asText(fields.CELERY_RESULT_BACKEND),
    serializer: asText(fields.task_serializer),
    resultSerializer: asText(fields.result_serializer),
  };
}
