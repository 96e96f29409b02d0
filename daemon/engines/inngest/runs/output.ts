/** What runs and steps return, and the errors they fail with. Pure. */
import type { JobError } from '../../../../shared/job.ts';
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import { asRecord } from '../../untrustedJson.ts';
import { getPath, readText } from '../http/json.ts';

/** Undoes the v2 API's wrapping of outputs other than objects in `{"data": …}`. */
export function unwrapOutput(output: unknown): unknown {
  const fields = asRecord(output);
  const isWrapped = fields && Object.keys(fields).length === 1 && 'data' in fields && asRecord(fields.data) === null;
  return isWrapped ? fields.data : output;
}

/** The value, or the beginning of its JSON if that is longer than `limit` characters. */
export function truncateOutput(value: unknown, limit: number): unknown {
  const json = JSON.stringify(value) ?? '';
  if (json.length <= limit) return value;
  return { cut: true, characters: json.length, beginning: json.slice(0, Math.min(limit, 1_000)) };
}

/**
 * The error of a failed run or step, from its output. SDKs send `{name, message, stack}`; some servers wrap that in
 * `error` or `data`.
 */
export function toJobError(output: unknown): JobError {
  const error = [getPath(output, 'error'), getPath(output, 'data'), output].find(
    (value) => readText(getPath(value, 'message')) !== null,
  );
  const plain = readText(output) ?? readText(getPath(output, 'data')) ?? readText(getPath(output, 'error'));
  const message = readText(getPath(error, 'message')) ?? plain;
  const name = readText(getPath(error, 'name'), 200);
  const details = readText(getPath(error, 'stack'), 20_000) ?? (asRecord(output) ? prettyJson(output) : null);
  if (message === null) return { ...inngestProblem.problem('REMOTE_FAILED/run'), details };
  const text = name && name !== 'Error' ? `${name}: ${message}` : message;
  return { code: 'REMOTE_FAILED', message: text, hint: null, details };
}

const prettyJson = (value: unknown): string => JSON.stringify(value, null, 2).slice(0, 20_000);
