/** What the result backend keeps of a task. Facts: celery/backends/base.py. Pure. */
import type { Progress } from '../../../../shared/job.ts';
import { type Fields, fieldsOf, numberOf, textOf } from '../../untrustedJson.ts';
import { parseJson, timeOf } from './pythonJson.ts';

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
  kwargs: Fields | null;
  worker: string | null;
  retries: number | null;
  queue: string | null;
  rootId: string | null;
  parentId: string | null;
}

/** Reads a value of the backend; null when it is none in JSON. */
export function readMeta(text: string): ResultMeta | null {
  const fields = fieldsOf(parseJson(text));
  const state = textOf(fields?.status);
  if (fields === null || state === null) return null;
  const started = state === 'STARTED' ? fieldsOf(fields.result) : null;
  return {
    id: textOf(fields.task_id),
    state,
    isFinal: finalStates.has(state),
    result: fields.result ?? null,
    traceback: textOf(fields.traceback),
    doneAt: timeOf(fields.date_done),
    name: textOf(fields.name),
    args: Array.isArray(fields.args) ? fields.args : null,
    kwargs: fieldsOf(fields.kwargs),
    worker: textOf(fields.worker) ?? textOf(started?.hostname),
    retries: numberOf(fields.retries),
    queue: textOf(fields.queue),
    rootId: textOf(fields.root_id),
    parentId: textOf(fields.parent_id),
  };
}

/** How far a task says it is, by the words that programs use; null when it says nothing of the kind. */
export function progressOf(state: string, result: unknown): Progress | null {
  const fields = fieldsOf(result);
  const first = (...names: string[]) =>
    names.map((name) => numberOf(fields?.[name])).find((one) => one !== null) ?? null;
  const said = (...names: string[]) => names.map((name) => textOf(fields?.[name])).find((one) => one !== null) ?? null;
  const share = first('percent', 'percentage', 'progress', 'pct');
  const current = first('current', 'done', 'completed', 'processed', 'n') ?? share;
  if (current === null) return null;
  const counted = share === null || first('current', 'done', 'completed', 'processed', 'n') !== null;
  const total = counted ? first('total', 'max', 'count') : 100;
  const phase = said('phase', 'stage', 'step') ?? (state === 'PROGRESS' || state === 'STARTED' ? null : state);
  return { current, total, message: said('message', 'status', 'description', 'msg', 'desc', 'detail'), phase };
}
