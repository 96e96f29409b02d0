/** How a task ended, and why it failed, as events and results report it. Pure. */
import { explain } from '../../../../shared/explain/explain.ts';
import type { JobError } from '../../../../shared/job.ts';
import { celeryMessage, celeryProblem } from '../../../../shared/messages/celery.ts';
import { hintMessage } from '../../../../shared/messages/nested.ts';
import type { Problem } from '../../../../shared/messages/schema.ts';
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
      return { status: 'failed', ...times, error: jobError(celeryProblem.problem('REMOTE_FAILED/rejected')) };
  }
}

function expiredMessage(at: number) {
  return { at, level: 'warning' as const, message: celeryMessage('celery.expired') };
}

/** The outcome that a result in a final state reports. */
export function resultOutcome({ state, result, traceback }: ResultMeta, endedAt: number): Partial<Fact> {
  if (state === 'SUCCESS') return { status: 'completed', endedAt, result };
  if (state === 'REVOKED') return { status: 'cancelled', endedAt };
  return { status: 'failed', endedAt, error: failureOfResult(result, traceback) };
}

/** Exceptions that Celery itself raises. */
const celeryExceptions: [RegExp, 'notRegistered' | 'workerLost' | 'timeLimit' | 'softTimeLimit' | 'maxRetries'][] = [
  [/\bNotRegistered\b/, 'notRegistered'],
  [/\bWorkerLostError\b/, 'workerLost'],
  [/\bTimeLimitExceeded\b/, 'timeLimit'],
  [/\bSoftTimeLimitExceeded\b/, 'softTimeLimit'],
  [/\bMaxRetriesExceededError\b/, 'maxRetries'],
];

/** `exception` has the form `ExceptionType: text`; null if it is not known. */
function taskFailure(exception: string | null, traceback: string | null): JobError {
  const variant = celeryExceptions.find(([pattern]) => pattern.test(exception ?? ''))?.[1];
  if (exception !== null && variant !== undefined) {
    return jobError(celeryProblem.problem(`REMOTE_FAILED/${variant}`, { exception }), traceback);
  }
  if (exception === null) return jobError(celeryProblem.problem('REMOTE_FAILED/task'), traceback);
  const cause = traceback === null ? null : explain(traceback, { exitCode: null, signal: null, commandLine: '' });
  const advice = cause === null ? null : hintMessage(cause);
  const problem =
    advice === null
      ? { code: 'REMOTE_FAILED', message: exception, hint: null }
      : celeryProblem.problem('REMOTE_FAILED/explained', { exception, advice });
  return jobError(problem, traceback);
}

function jobError(problem: Problem, details: string | null = null): JobError {
  return { ...problem, details };
}

/** The error in `task-failed` and `task-retried`. `exception` is a Python repr, such as `ValueError('boom')`. */
export function failureOfEvent(exception: string | null, traceback: string | null): JobError {
  // The last line of the traceback comes second: for a retry it names Celery's own exception.
  return taskFailure(messageFromRepr(exception) ?? lastLine(traceback) ?? exception, traceback);
}

/** The error in the result of a failed task: `{exc_type, exc_message, exc_module}`, or text from another serializer. */
export function failureOfResult(result: unknown, traceback: string | null): JobError {
  const fields = asRecord(result);
  const type = asText(fields?.exc_type);
  if (type === null) return taskFailure(lastLine(traceback) ?? asText(result), traceback);
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

/** Why a worker no longer has its tasks. */
export type LossReason =
  | { kind: 'silent'; silence: number }
  | { kind: 'gone' }
  | { kind: 'restarted' }
  | { kind: 'disconnected' };

/** The error of a task whose worker was lost. */
export function workerLost(worker: string, reason: LossReason): JobError {
  if (reason.kind === 'silent') {
    return jobError(celeryProblem.problem('WORKER_LOST/silent', { worker, silence: reason.silence }));
  }
  return jobError(celeryProblem.problem(`WORKER_LOST/${reason.kind}`, { worker }));
}

/** The error of a task that is neither queued nor with a worker and left no result. */
export function outcomeUnknown(wasRunning: boolean): JobError {
  return jobError(celeryProblem.problem(wasRunning ? 'ENDING_NOT_SEEN/running' : 'ENDING_NOT_SEEN/waiting'));
}
