/** What the result backend keeps of a task. Facts: celery/backends/base.py. Pure. */
import type { Progress } from '../../../../shared/job.ts';
import { asNumber, asRecord, asText, type JsonObject } from '../../untrustedJson.ts';
import { parseJson, parseTime } from './pythonJson.ts';

/** States after which there is nothing. `RETRY` is not one. */
const finalStates = new Set(['SUCCESS', 'FAILURE', 'REVOKED']);

export interface ResultMeta {
  id: string | null;
  /** `SUCCESS`, `FAILURE`, `REVOKED`, `RETRY`, `STARTED` or a word of the task's own. */
  state: string;
  isFinal: boolean;
  result: unknown;
  traceback: string | null;
  /** By the worker's clock, in milliseconds. */
  doneAt: number | null;
  /** With `result_extended` only. */
  name: string | null;
  args: unknown[] | null;
  kwargs: JsonObject | null;
  worker: string | null;
  retries: number | null;
  queue: string | null;
  rootId: string | null;
  parentId: string | null;
}

/** Reads a value of the backend; null when it is none in JSON. */
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

/** How far a task says it is, by the words that programs use; null when it says nothing of the kind. */
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
