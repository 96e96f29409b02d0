/** From the words and options of a verb to the request for a new job. */
import { resolve } from 'node:path';
import type { Command } from '../../shared/job.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { UsageError } from '../usageError.ts';
import { parseTime } from '../values/times.ts';
import type { Caller } from './caller.ts';
import type { GroupOptions, SchedulingOptions, SubmitOptions } from './options.ts';

/** The longest delay before a start, in milliseconds. */
const longestDelay = 10 * 365 * 86_400_000;

/**
 * The words after `--` as a command. With `shell` they are one line for the shell. So is a single word that contains
 * blanks or shell operators, because that is what a quoted line looks like, unless it is the name of a file.
 */
export function commandOf(words: readonly string[], shell: boolean, isFile: (path: string) => boolean): Command {
  const [only = ''] = words;
  if (words.length === 0) {
    throw new UsageError('EMPTY_COMMAND', 'There is no command to run.', 'Put it after “--”: jobdeck run -- npm test');
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
  const { title, type, cwd, shell = false, key, stdin, progress = true, progressPattern } = options;
  const set = Object.entries(caller.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const request: SubmitRequest = {
    command: commandOf(words, shell, caller.isFile),
    cwd: resolve(caller.cwd, cwd ?? '.'),
    env: Object.fromEntries(set),
    workspace: caller.cwd,
    ...schedulingRequest(options, now),
    ...groupRequest(options),
  };
  if (title !== undefined) request.title = title;
  if (type !== undefined) request.type = type;
  if (key !== undefined) request.idempotencyKey = key;
  if (stdin === true) request.stdin = true;
  if (!progress && progressPattern !== undefined) {
    throw new UsageError(
      'INVALID_REQUEST',
      '--no-progress and --progress-pattern can’t be used together.',
      'Leave one out.',
    );
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
  const { queue, priority, hold, after, afterAny, timeLimit } = options;
  const notBefore = startTime(options, now);
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(priority === undefined ? {} : { priority }),
    ...retryRequest(options),
    ...(timeLimit === undefined ? {} : { timeLimitMs: timeLimit }),
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
    throw new UsageError('INVALID_REQUEST', 'The number of retries is missing.', 'Add --retries, such as --retries 3.');
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
    throw new UsageError('INVALID_REQUEST', '--in and --at can’t be used together.', 'Leave one out.');
  }
  if (delay !== undefined && delay > longestDelay) {
    throw new UsageError('INVALID_REQUEST', 'A job can’t be delayed by more than ten years.');
  }
  if (at === undefined) return delay === undefined ? null : now + delay;
  const time = parseTime(at, now);
  if (time === null) {
    const hint = 'Such as 7:30, “tomorrow 7:30”, 2026-03-01T07:30 or, in UTC, 2026-03-01T07:30Z.';
    throw new UsageError('INVALID_REQUEST', `“${at}” is not a time.`, hint);
  }
  if (time <= now) {
    throw new UsageError('INVALID_REQUEST', `The time ${new Date(time).toLocaleString('sv-SE')} is in the past.`);
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
