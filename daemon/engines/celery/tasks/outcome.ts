/** Why a task failed, of what Celery keeps of an exception. Pure. */

import { explain } from '../../../../shared/explain/explain.ts';
import type { JobError } from '../../../../shared/job.ts';
import { fieldsOf, listOf, textOf } from '../../untrustedJson.ts';

/** Causes of Celery's own, with what to do. */
const ownHints: [RegExp, string][] = [
  [
    /\bNotRegistered\b/,
    'No worker knows a task of this name. See whether it is spelt as in the application and whether the worker imports its module.',
  ],
  [
    /\bWorkerLostError\b/,
    'The process that ran it was killed or broke down, often because memory ran out. The log of the worker and of the system say more.',
  ],
  [/\bTimeLimitExceeded\b/, 'It ran longer than the time limit that its application sets (“task_time_limit”).'],
  [
    /\bSoftTimeLimitExceeded\b/,
    'It ran longer than the time limit that its application sets (“task_soft_time_limit”).',
  ],
  [/\bMaxRetriesExceededError\b/, 'It was retried as often as its application allows (“max_retries”).'],
];

/** `message` as `exception: text`. */
export function failure(message: string, traceback: string | null): JobError {
  const own = ownHints.find(([pattern]) => pattern.test(message))?.[1];
  const found = traceback === null ? null : explain(traceback, { exitCode: null, signal: null, commandLine: '' });
  return { code: 'REMOTE_FAILED', message, hint: own ?? found?.hint ?? null, details: traceback };
}

/** Of `task-failed` and `task-retried`. `exception` is its repr, such as `ValueError('boom')`. */
export function failureOfEvent(exception: string | null, traceback: string | null): JobError {
  // The traceback of one that retries ends with Celery's own exception.
  return failure(spoken(exception) ?? lastLine(traceback) ?? exception ?? 'It failed.', traceback);
}

/** Of the result of a failed task: `{exc_type, exc_message, exc_module}`, or what another serializer made of it. */
export function failureOfResult(result: unknown, traceback: string | null): JobError {
  const fields = fieldsOf(result);
  const type = textOf(fields?.exc_type);
  if (type === null) return failure(lastLine(traceback) ?? textOf(result) ?? 'It failed.', traceback);
  const said = fields?.exc_message;
  const parts = (Array.isArray(said) ? listOf(said) : said === undefined || said === null ? [] : [said]).map((part) =>
    typeof part === 'string' ? part : JSON.stringify(part),
  );
  // What Celery makes of one exception in another.
  const text = parts.join(', ');
  return failure(text === '' ? type : `${type}: ${text}`, traceback);
}

/** The line by which Python names the exception, without its module. */
function lastLine(traceback: string | null): string | null {
  const line = traceback?.trimEnd().split('\n').at(-1) ?? '';
  const [, type, text] = /^(?:\w+\.)*([A-Z]\w*)(: .*)?$/.exec(line) ?? [];
  return type === undefined ? null : `${type}${text ?? ''}`;
}

/** A repr with one text, as the last line of a traceback has it; null for any other. */
function spoken(exception: string | null): string | null {
  const [, type, , text] = /^([\w.]+)\((['"])(.*)\2,?\)$/s.exec(exception ?? '') ?? [];
  if (type === undefined || text === undefined || /(?<!\\)', |(?<!\\)", /.test(text)) return null;
  return `${type}: ${text.replace(/\\n/g, '\n').replace(/\\(['"\\])/g, '$1')}`;
}

/** Of a task that ran on a worker that is gone. */
export function workerLost(message: string): JobError {
  const hint = 'If the worker comes back, or the broker hands the task to another, it goes on here.';
  return { code: 'WORKER_LOST', message, hint, details: null };
}

/** Of a task that is nowhere to be found. */
export function endingNotSeen(message: string): JobError {
  const hint = 'Whoever waits for its result may know. Results that can be seen here tell how a task ended.';
  return { code: 'ENDING_NOT_SEEN', message, hint, details: null };
}
