/** Event messages of workers and clients. See celery/events/dispatcher.py and celery/worker/request.py. Pure. */
import { asArray, asNumber, asRecord, asText, type JsonObject } from '../../untrustedJson.ts';
import type { Body } from './messages.ts';
import { parseTime } from './pythonJson.ts';

export type TaskEventKind =
  | 'sent'
  | 'received'
  | 'started'
  | 'succeeded'
  | 'failed'
  | 'retried'
  | 'revoked'
  | 'rejected'
  | 'cancelled';

interface Origin {
  /** Name of the worker. */
  host: string;
  /** Host and process ID of the sender. Each process has its own counter. */
  process: string;
  /** The sender's event counter. */
  clock: number;
  /** By the sender's clock, in milliseconds. */
  timestamp: number | null;
}

export interface TaskEvent extends Origin {
  kind: TaskEventKind;
  id: string;
  name: string | null;
  argsText: string | null;
  kwargsText: string | null;
  /** Only for `sent` and `received`, like the fields up to `queue`. */
  retries: number | null;
  eta: number | null;
  expires: number | null;
  rootId: string | null;
  parentId: string | null;
  queue: string | null;
  /** Only for `failed` and `retried`. */
  exception: string | null;
  traceback: string | null;
  resultText: string | null;
  /** Milliseconds. */
  runtime: number | null;
  terminated: boolean;
  expired: boolean;
  requeue: boolean;
}

export interface WorkerEvent extends Origin {
  kind: 'online' | 'offline' | 'heartbeat';
  /** Milliseconds between heartbeats. */
  heartbeatMs: number | null;
  active: number | null;
  processed: number | null;
  load: number[] | null;
  version: string | null;
}

/** A custom event of a task, such as `task-progress`. */
export interface CustomEvent extends Origin {
  kind: 'custom';
  name: string;
  id: string;
  fields: JsonObject;
}

export type CeleryEvent =
  | { of: 'task'; event: TaskEvent }
  | { of: 'worker'; event: WorkerEvent }
  | { of: 'custom'; event: CustomEvent };

const taskKinds: ReadonlySet<string> = new Set<TaskEventKind>([
  'sent',
  'received',
  'started',
  'succeeded',
  'failed',
  'retried',
  'revoked',
  'rejected',
  'cancelled',
]);

/** Whether the task is finished after this event. */
export function isFinalEvent({ kind, requeue }: TaskEvent): boolean {
  return kind === 'succeeded' || kind === 'failed' || kind === 'revoked' || (kind === 'rejected' && !requeue);
}

/** Reads the events of a message, which contains one event or a list. Anything else is ignored. */
export function readEvents({ json }: Body): CeleryEvent[] {
  return (Array.isArray(json) ? json : [json]).flatMap((one) => readEvent(asRecord(one)) ?? []);
}

function readEvent(fields: JsonObject | null): CeleryEvent | null {
  const [, of, kind] = /^(task|worker)-(.+)$/.exec(asText(fields?.type) ?? '') ?? [];
  const host = asText(fields?.hostname);
  if (fields === null || of === undefined || kind === undefined || host === null) return null;
  const seconds = asNumber(fields.timestamp);
  const origin: Origin = {
    host,
    process: `${host}/${asNumber(fields.pid) ?? ''}`,
    clock: asNumber(fields.clock) ?? 0,
    timestamp: seconds === null ? null : seconds * 1000,
  };
  if (of === 'worker') return workerEvent(kind, fields, origin);
  const id = asText(fields.uuid);
  if (id === null) return null;
  if (!taskKinds.has(kind)) return { of: 'custom', event: { ...origin, kind: 'custom', name: kind, id, fields } };
  return { of: 'task', event: { ...origin, ...taskFields(fields), kind: kind as TaskEventKind, id } };
}

function taskFields(fields: JsonObject) {
  const runtime = asNumber(fields.runtime);
  return {
    name: asText(fields.name),
    argsText: asText(fields.args),
    kwargsText: asText(fields.kwargs),
    retries: asNumber(fields.retries),
    eta: parseTime(fields.eta),
    expires: parseTime(fields.expires),
    rootId: asText(fields.root_id),
    parentId: asText(fields.parent_id),
    queue: asText(fields.queue),
    exception: asText(fields.exception),
    traceback: asText(fields.traceback),
    resultText: asText(fields.result),
    runtime: runtime === null ? null : runtime * 1000,
    terminated: fields.terminated === true,
    expired: fields.expired === true,
    requeue: fields.requeue === true,
  };
}

function workerEvent(kind: string, fields: JsonObject, origin: Origin): CeleryEvent | null {
  if (kind !== 'online' && kind !== 'offline' && kind !== 'heartbeat') return null;
  const load = asArray(fields.loadavg).flatMap((one) => asNumber(one) ?? []);
  const freq = asNumber(fields.freq);
  return {
    of: 'worker',
    event: {
      ...origin,
      kind,
      heartbeatMs: freq === null ? null : freq * 1000,
      active: asNumber(fields.active),
      processed: asNumber(fields.processed),
      load: load.length === 3 ? load : null,
      version: asText(fields.sw_ver),
    },
  };
}
