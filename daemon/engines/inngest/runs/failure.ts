/** What Inngest keeps of an error (name, message, stack, as SDKs send them), and what it is to a job. */
import type { JobError } from '../../../../shared/job.ts';
import { fieldsOf } from '../../untrustedJson.ts';
import { at, text } from '../http/json.ts';

/** Of a failed run or step, by its output; servers wrap it in `error` or `data`, or have it as it is. */
export function failureOf(output: unknown): JobError {
  const error = [at(output, 'error'), at(output, 'data'), output].find((value) => text(at(value, 'message')) !== null);
  const plain = text(output) ?? text(at(output, 'data')) ?? text(at(output, 'error'));
  const message = text(at(error, 'message')) ?? plain;
  const name = text(at(error, 'name'), 200);
  return {
    code: 'REMOTE_FAILED',
    message: message === null ? 'The run failed.' : name && name !== 'Error' ? `${name}: ${message}` : message,
    hint: null,
    details: text(at(error, 'stack'), 20_000) ?? (fieldsOf(output) ? shown(output) : null),
  };
}

const shown = (value: unknown): string => JSON.stringify(value, null, 2).slice(0, 20_000);
