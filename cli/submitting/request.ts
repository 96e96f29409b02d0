/** From the words and options of a verb to the request for a new job. */
import { resolve } from 'node:path';
import type { Command } from '../../shared/job.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { zonedTime } from '../output/time.ts';
import { usageError } from '../problems.ts';
import { environmentOf, withVariables } from '../values/environment.ts';
import { isNow, parseTime } from '../values/times.ts';
import type { Caller } from './caller.ts';
import type { GroupOptions, SchedulingOptions, SubmitOptions } from './options.ts';

/** The longest delay before a start, in milliseconds. */
const longestDelay = 10 * 365 * 86_400_000;

/**
 * The command for the words after `--`. With `shell` they are one line for the shell. So is a single word with blanks or
 * shell operators, as from a quoted line, unless it is the name of a file.
 */
export function commandOf(words: readonly string[], shell: boolean, isFile: (path: string) => boolean): Command {
  const [only = ''] = words;
  if (words.length === 0) {
    throw usageError('EMPTY_COMMAND');
  }
  if (shell) return { shell: words.join(' ') };
  return words.length === 1 && /[\s;&|<>]/.test(only.trim()) && !isFile(only) ? { shell: only } : { argv: [...words] };
}

/**
 * The request for a new job.
 * @throws UsageError
 */
export function toSubmitRequest(
  words: readonly string[],
  options: SubmitOptions,
  caller: Caller,
  now = Date.now(),
): SubmitRequest {
  const { title, type, cwd, tag, shell = false, key, stdin, progress = true, progressPattern } = options;
  const request: SubmitRequest = {
    command: commandOf(words, shell, caller.isFile),
    cwd: resolve(caller.cwd, cwd ?? '.'),
    env: withVariables(caller.env, environmentOf(options.env ?? [], caller.env)),
    workspace: caller.cwd,
    ...(caller.process === undefined ? {} : { process: caller.process }),
    ...schedulingRequest(options, now),
    ...groupRequest(options),
  };
  if (title !== undefined) request.title = title;
  if (type !== undefined) request.type = type;
  if (tag !== undefined) request.tags = tag;
  if (key !== undefined) request.idempotencyKey = key;
  if (stdin === true) request.stdin = true;
  if (!progress && progressPattern !== undefined) {
    throw usageError('INVALID_REQUEST/exclusiveOptions', { one: '--no-progress', other: '--progress-pattern' });
  }
  if (!progress) request.outputProgress = false;
  if (progressPattern !== undefined) request.outputProgress = { pattern: progressPattern };
  if (caller.createdBy !== null) request.createdBy = caller.createdBy;
  return request;
}

/**
 * When and after what a job starts, and how it is retried; `now` in milliseconds.
 * @throws UsageError
 */
export function schedulingRequest(options: SchedulingOptions, now: number): Partial<SubmitRequest> {
  const { queue, priority, hold, after, afterAny, timeout, stopSignal } = options;
  const notBefore = startTime(options, now);
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(priority === undefined ? {} : { priority }),
    ...retryRequest(options),
    ...(timeout === undefined ? {} : { timeLimitMs: timeout }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(after === undefined ? {} : { after }),
    ...(afterAny === undefined ? {} : { afterAny }),
    ...(hold === true ? { hold } : {}),
    ...(notBefore === null ? {} : { notBefore: new Date(notBefore).toISOString() }),
  };
}

function retryRequest(options: SchedulingOptions): Pick<SubmitRequest, 'retry'> {
  const { retries: attempts, retryDelay: delayMs, retryBackoff: backoff, retryOn } = options;
  if (attempts === undefined && [delayMs, backoff, retryOn].every((option) => option === undefined)) return {};
  if (attempts === undefined) {
    throw usageError('INVALID_REQUEST/retriesMissing');
  }
  if (attempts === 0) return {};
  return {
    retry: {
      attempts,
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(backoff === undefined ? {} : { backoff }),
      ...(retryOn === undefined ? {} : { retryOn }),
    },
  };
}

function startTime({ in: delay, at }: SchedulingOptions, now: number): number | null {
  if (delay !== undefined && at !== undefined) {
    throw usageError('INVALID_REQUEST/exclusiveOptions', { one: '--in', other: '--at' });
  }
  if (delay !== undefined && delay > longestDelay) {
    throw usageError('INVALID_REQUEST/delayTooLong');
  }
  if (at === undefined) return delay === undefined ? null : now + delay;
  if (isNow(at)) return null;
  const time = parseTime(at, now);
  if (time === null) {
    throw usageError('INVALID_REQUEST/startTime', { text: at });
  }
  if (time <= now) {
    throw usageError('INVALID_REQUEST/past', { time: zonedTime(time) });
  }
  return time;
}

function groupRequest({ group, groupConcurrency, weight }: GroupOptions): Partial<SubmitRequest> {
  return {
    ...(group === undefined ? {} : { group }),
    ...(groupConcurrency === undefined ? {} : { groupConcurrency }),
    ...(weight === undefined ? {} : { weight }),
  };
}
