/** When and after what a job starts: the options of `run` and `submit`, and what they ask of the daemon. */
import { type Command, Option } from 'commander';
import { Priority } from '../../shared/job.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { UsageError } from '../usageError.ts';
import { parseTime } from '../values/clock.ts';
import { duration, exitCodeList, retries } from '../values/numbers.ts';

/** Milliseconds a job can be put off. */
const longestDelay = 10 * 365 * 86_400_000;

/** Those that hold for every run of a schedule as well. */
export interface RunOptions {
  queue?: string;
  priority?: Priority;
  retries?: number;
  retryDelay?: number;
  retryBackoff?: 'fixed' | 'exponential';
  retryOn?: number[];
  timeLimit?: number;
}

export interface SchedulingOptions extends RunOptions {
  in?: number;
  at?: string;
  after?: string[];
  afterAny?: string[];
  hold?: boolean;
}

/** Adds the options to a verb. */
export function withScheduling(verb: Command): Command {
  return withRunOptions(verb)
    .option('--in <duration>', 'start after this time, such as 90s or 2h', duration)
    .option('--at <time>', 'start then, such as 7:30, “friday 18:00” or an ISO 8601 time')
    .option('--after <id>', 'start when this job has completed; may be repeated', collected)
    .option('--after-any <id>', 'start when this job has ended, however; may be repeated', collected)
    .option('--hold', 'wait until “jobdeck release”');
}

/** Adds those that say where a job waits for its turn, how long it may run and what follows when it fails. */
export function withRunOptions(verb: Command): Command {
  return verb
    .option('-q, --queue <queue>', 'queue to wait in for its turn (default: “default”); see “jobdeck queue ls”')
    .addOption(
      new Option('-p, --priority <priority>', 'its place in the queue (default: “normal”)').choices(Priority.enum),
    )
    .option('--retries <number>', 'try again so often when it fails', retries)
    .option('--retry-delay <duration>', 'before the first retry (default: 10s)', duration)
    .addOption(
      new Option('--retry-backoff <kind>', 'the same delay each time (default), or twice as long, at random').choices([
        ...['fixed', 'exponential'],
      ]),
    )
    .option('--retry-on <codes>', 'only after these exit codes, such as 1,2', exitCodeList)
    .option('--time-limit <duration>', 'stop it when it runs longer than this, such as 30m', duration);
}

/** What they ask of the daemon; `now` in milliseconds. */
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

/** One more value of an option that may be repeated. */
export function collected(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function retryRequest(options: SchedulingOptions): Pick<SubmitRequest, 'retry'> {
  const { retries: attempts, retryDelay: delayMs, retryBackoff: backoff, retryOn } = options;
  if (attempts === undefined && [delayMs, backoff, retryOn].every((option) => option === undefined)) return {};
  if (attempts === undefined) {
    throw new UsageError(
      'INVALID_REQUEST',
      'It is not said how often to retry.',
      'Add --retries, such as --retries 3.',
    );
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
    throw new UsageError('INVALID_REQUEST', 'A job starts either --in some time or --at a time.', 'Leave one out.');
  }
  if (delay !== undefined && delay > longestDelay) {
    throw new UsageError('INVALID_REQUEST', 'A job can’t be put off for more than ten years.');
  }
  if (at === undefined) return delay === undefined ? null : now + delay;
  const time = parseTime(at, now);
  if (time === null) {
    const hint = 'Such as 7:30, “tomorrow 7:30”, 2026-03-01T07:30 or, in UTC, 2026-03-01T07:30Z.';
    throw new UsageError('INVALID_REQUEST', `“${at}” is no time.`, hint);
  }
  if (time <= now) {
    throw new UsageError('INVALID_REQUEST', `The time ${new Date(time).toLocaleString('sv-SE')} is in the past.`);
  }
  return time;
}
