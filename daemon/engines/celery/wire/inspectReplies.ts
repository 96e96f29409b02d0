/** What workers answer when they are asked. Facts: celery/worker/control.py, celery/worker/request.py. Pure. */
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../untrustedJson.ts';
import { timeOf } from './pythonJson.ts';

export interface TaskInfo {
  id: string;
  state: 'active' | 'reserved' | 'scheduled';
  name: string | null;
  args: unknown[] | null;
  kwargs: Fields | null;
  queue: string | null;
  /** By the worker's clock, in milliseconds. */
  startedAt: number | null;
  eta: number | null;
  /** The process that runs it, a child of the worker. */
  pid: number | null;
}

/** Of `active`, `reserved` and `scheduled`. */
export function readTasks(state: TaskInfo['state'], value: unknown): TaskInfo[] {
  return listOf(value).flatMap((one) => {
    const fields = fieldsOf(one);
    const request = state === 'scheduled' ? fieldsOf(fields?.request) : fields;
    return readInfo(state, request, fields) ?? [];
  });
}

/** Of `query_task`: `{id: [state, info]}`. */
export function readQueried(value: unknown): TaskInfo[] {
  return Object.values(fieldsOf(value) ?? {}).flatMap((one) => {
    const [state, info] = listOf(one);
    return readInfo(state === 'active' ? 'active' : 'reserved', fieldsOf(info), null) ?? [];
  });
}

function readInfo(state: TaskInfo['state'], info: Fields | null, outer: Fields | null): TaskInfo | null {
  const id = textOf(info?.id);
  if (info === null || id === null) return null;
  const started = numberOf(info.time_start);
  return {
    ...{ id, state, name: textOf(info.name) },
    args: Array.isArray(info.args) ? info.args : null,
    kwargs: fieldsOf(info.kwargs),
    queue: textOf(fieldsOf(info.delivery_info)?.routing_key),
    startedAt: started === null ? null : started * 1000,
    eta: timeOf(outer?.eta),
    pid: numberOf(info.worker_pid),
  };
}

export interface WorkerStats {
  /** Such as `prefork`. */
  pool: string | null;
  concurrency: number | null;
  processed: number | null;
}

export function readStats(value: unknown): WorkerStats {
  const fields = fieldsOf(value);
  const pool = fieldsOf(fields?.pool);
  // `celery.concurrency.prefork:TaskPool`
  const made = textOf(pool?.implementation);
  const [, module] = /(\w+):\w+$/.exec(made ?? '') ?? [];
  const total = Object.values(fieldsOf(fields?.total) ?? {}).map((one) => numberOf(one) ?? 0);
  return {
    pool: module === 'thread' ? 'threads' : (module ?? made),
    concurrency: numberOf(pool?.['max-concurrency']),
    processed: fieldsOf(fields?.total) === null ? null : total.reduce((sum, one) => sum + one, 0),
  };
}

export const readNames = (value: unknown): string[] =>
  // `tasks.add [rate_limit=10/m]`
  listOf(value).flatMap((one) => textOf(one)?.split(' ', 1) ?? []);

export const readQueues = (value: unknown): string[] =>
  listOf(value).flatMap((one) => textOf(fieldsOf(one)?.name) ?? []);

/** Of the configuration of an application, what decides what can be seen. */
export interface AppConfig {
  resultBackend: string | null;
  serializer: string | null;
  resultSerializer: string | null;
}

export function readConf(value: unknown): AppConfig {
  const fields = fieldsOf(value) ?? {};
  return {
    resultBackend: textOf(fields.result_backend) ?? textOf(fields.CELERY_RESULT_BACKEND),
    serializer: textOf(fields.task_serializer),
    resultSerializer: textOf(fields.result_serializer),
  };
}
