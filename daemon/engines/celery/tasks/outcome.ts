/** How a task ended, and why it failed, as events and results report it. Pure. */
import { explain } from '../../../../shared/explain/explain.ts';
import type { JobError } from '../../../../shared/job.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { Fact } from '../../remote.ts';
import { asArray, asRecord, asText } from '../../untrustedJson.ts';
import type { TaskEvent } from '../wire/events.ts';
import type { ResultMeta } from '../wire/results.ts';

/**
 * The outcome that a final event reports. Its result is used only if the result backend can't be read (`seesResults`),
 * because an event carries it as truncated text.
 */
export function eventOutcome(event: TaskEvent, at: number, seesResults: boolean): Partial<Fact> {
  const { kind, exception, traceback, runtime, resultText } = event;
  const times = { endedAt: at, ...(runtime === null ? {} : { startedAt: Math.round(at - runtime) }) };
  switch (kind) {
    case 'succeeded':
      return { status: 'completed', ...times, ...(seesResults || resultText === null ? {} : { result: resultText }) };
    case 'failed':
      return { status: 'failed', ...times, error: failureOfEvent(exception, traceback) };
    case 'revoked':
      return { status: 'cancelled', ...times, ...(event.expired ? { messages: [expiredMessage(at)] } : {}) };
    default:
      return { status: 'failed', ...times, error: taskFailure('The worker rejected it.', null) };
  }
}

function expiredMessage(at: number) {
  return { at, level: 'warning' as const, message: plainMessage('It expired before a worker had time for it.') };
}

/** The outcome that a result in a final state reports. */
export function resultOutcome({ state, result, traceback }: ResultMeta, endedAt: number): Partial<Fact> {
  if (state === 'SUCCESS') return { status: 'completed', endedAt, result };
  if (state === 'REVOKED') return { status: 'cancelled', endedAt };
  return { status: 'failed', endedAt, error: failureOfResult(result, traceback) };
}

/** Hints for exceptions that Celery itself raises. */
const celeryHints: [RegExp, string][] = [
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

/** `message` has the form `ExceptionType: text`. */
function taskFailure(message: string, traceback: string | null): JobError {
  const own = celeryHints.find(([pattern]) => pattern.test(message))?.[1];
  const found = traceback === null ? null : explain(traceback, { exitCode: null, signal: null, commandLine: '' });
  return { code: 'REMOTE_FAILED', message, hint: own ?? found?.hint ?? null, details: traceback };
}

/** The error in `task-failed` and `task-retried`. `exception` is a Python repr, such as `ValueError('boom')`. */
export function failureOfEvent(exception: string | null, traceback: string | null): JobError {
  // The last line of the traceback comes second: for a retry it names Celery's own exception.
  return taskFailure(messageFromRepr(exception) ?? lastLine(traceback) ?? exception ?? 'It failed.', traceback);
}

/** The error in the result of a failed task: `{exc_type, exc_message, exc_module}`, or text from another serializer. */
export function failureOfResult(result: unknown, traceback: string | null): JobError {
  const fields = asRecord(result);
  const type = asText(fields?.exc_type);
  if (type === null) return taskFailure(lastLine(traceback) ?? asText(result) ?? 'It failed.', traceback);
  // One part for each argument of the exception.
  const message = fields?.exc_message ?? [];
  const parts = Array.isArray(message) ? asArray(message) : [message];
  const text = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(', ');
  return taskFailure(text === '' ? type : `${type}: ${text}`, traceback);
}

/** The last line of a traceback, which names the exception, without the module. */
function lastLine(traceback: string | null): string | null {
  const line = traceback?.trimEnd().split('\n').at(-1) ?? '';
  const [, type, text] = /^(?:\w+\.)*([A-Z]\w*)(: .*)?$/.exec(line) ?? [];
  return type === undefined ? null : `${type}${text ?? ''}`;
}

/** Turns the repr of an exception with one string argument into `Type: text`; null for any other repr. */
function messageFromRepr(exception: string | null): string | null {
  const [, type, , text] = /^([\w.]+)\((['"])(.*)\2,?\)$/s.exec(exception ?? '') ?? [];
  if (type === undefined || text === undefined || /(?<!\\)', |(?<!\\)", /.test(text)) return null;
  return `${type}: ${text.replace(/\\n/g, '\n').replace(/\\(['"\\])/g, '$1')}`;
}

/** The error of a task whose worker was lost. */
export function workerLost(message: string): JobError {
  const hint = 'If the worker comes back, or the broker hands the task to another, it goes on here.';
  return { code: 'WORKER_LOST', message, hint, details: null };
}

/** The error of a task that is neither queued nor with a worker and left no result. */
export function outcomeUnknown(message: string): JobError {
  const hint = 'Whoever waits for its result may know. Results that can be seen here tell how a task ended.';
  return { code: 'ENDING_NOT_SEEN', message, hint, details: null };
}
