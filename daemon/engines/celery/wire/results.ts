/** Results of tasks in the result backend. See celery/backends/base.py. Pure. */
import type { Progress } from '../../../../shared/job.ts';
import { asNumber, asRecord, asText, type JsonObject } from '../../untrustedJson.ts';
import { parseJson, parseTime } from './pythonJson.ts';

/** `RETRY` is not final. */
const finalStates = new Set(['SUCCESS', 'FAILURE', 'REVOKED']);

export interface ResultMeta {
  id: string | null;
  /** `SUCCESS`, `FAILURE`, `REVOKED`, `RETRY`, `STARTED` or a custom state. */
  state: string;
  isFinal: boolean;
  result: unknown;
  traceback: string | null;
  /** By the worker's clock, in milliseconds. */
  doneAt: number | null;
  /** Only with `result_extended`, like the following fields. */
  name: string | null;
  args: unknown[] | null;
  kwargs: JsonObject | null;
  worker: string | null;
  retries: number | null;
  queue: string | null;
  rootId: string | null;
  parentId: string | null;
}

/** Reads a stored result; null if it isn't valid JSON. */
export function readMeta(text: string): ResultMeta | null {
  const fields = asRecord(parseJson(text));
  const state = asText(fields?.status);
  if (fields === null || state === null) return null;
  const started = state === 'STARTED' ? asRecord(fields.result) : null;
  return {
    id: asText(fields.task_id),
    state,
    isFinal: finalStates.has(state),
    result: fields.result ?? null,
    traceback: asText(fields.traceback),
    doneAt: parseTime(fields.date_done),
    name: asText(fields.name),
    args: Array.isArray(fields.args) ? fields.args : null,
    kwargs: asRecord(fields.kwargs),
    worker: asText(fields.worker) ?? asText(started?.hostname),
    retries: asNumber(fields.retries),
    queue: asText(fields.queue),
    rootId: asText(fields.root_id),
    parentId: asText(fields.parent_id),
  };
}

/** Reads progress from an intermediate result by commonly used field names; null if there is none. */
export function readProgress(state: string, result: unknown): Progress | null {
  const fields = asRecord(result);
  const firstNumber = (...names: string[]) =>
    names.map((name) => asNumber(fields?.[name])).find((one) => one !== null) ?? null;
  const firstText = (...names: string[]) =>
    names.map((name) => asText(fields?.[name])).find((one) => one !== null) ?? null;
  const share = firstNumber('percent', 'percentage', 'progress', 'pct');
  const current = firstNumber('current', 'done', 'completed', 'processed', 'n') ?? share;
  if (current === null) return null;
  const counted = share === null || firstNumber('current', 'done', 'completed', 'processed', 'n') !== null;
  const total = counted ? firstNumber('total', 'max', 'count') : 100;
  const phase = firstText('phase', 'stage', 'step') ?? (state === 'PROGRESS' || state === 'STARTED' ? null : state);
  return { current, total, message: firstText('message', 'status', 'description', 'msg', 'desc', 'detail'), phase };
}
