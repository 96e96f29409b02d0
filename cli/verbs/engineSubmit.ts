/** `jobdeck engine submit`: run a task or function, or send an event. */
import { type Command, InvalidArgumentError } from 'commander';
import type { RemoteSubmitRequest } from '../../shared/connection.ts';
import { exitCodes } from '../exitCode.ts';
import { startText } from '../output/time.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentUser } from '../submitting/caller.ts';
import type { UsageError } from '../usageError.ts';
import { parseJsonArgument } from '../values/json.ts';
import { duration } from '../values/numbers.ts';
import { isNow, parseTime, startTimeOf } from '../values/times.ts';

interface SubmitOptions {
  args?: string;
  kwargs?: string;
  data?: string;
  event?: boolean;
  queue?: string;
  priority?: number;
  in?: number;
  at?: string;
  anyName?: boolean;
}

export function addEngineSubmit(named: (name: string, description: string) => Command, runner: Runner): void {
  named('submit', 'Run a task or function, or send an event, and print the job ID')
    .argument('<target>', 'Celery: task; Inngest: app/function, or an event name with --event')
    .option('--args <json>', 'Celery: positional arguments as a list')
    .option('--kwargs <json>', 'Celery: keyword arguments as an object')
    .option('--data <json>', 'Inngest: data of the event or function')
    .option('--event', 'Inngest: send an event')
    .option('--queue <name>', 'Celery: queue')
    .option('--priority <number>', 'Celery: priority as the broker defines it; on Redis, 0 is the highest', whole)
    .option('--in <duration>', 'Start after a delay: 10m', duration)
    .option('--at <time>', 'Start at a time: 7:30, “friday 18:00”')
    .option('--any-name', 'Allow a name that the engine doesn’t know')
    .option('--json', 'Print the job as JSON')
    .addHelpText('after', "\nExample:\n  jobdeck engine submit prod tasks.add --args '[2, 3]'")
    .action(runner.act(submit));
}

async function submit({ session, out }: Cli, name: string, target: string, options: SubmitOptions): Promise<number> {
  const { engine } = await session.persistently((client) => client.connection(name));
  const request = engine === 'celery' ? ofCelery(target, options) : ofInngest(target, options);
  const notBefore = await startOf(options);
  const createdBy = currentUser();
  const job = await session.once((client) =>
    client.submitTo(name, {
      ...request,
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(createdBy === null ? {} : { createdBy }),
    }),
  );
  if (notBefore !== undefined) out.note(`Starts at ${startText(notBefore, Date.now())}.`);
  out.result(job, [job.id]);
  return exitCodes.ok;
}

function ofCelery(task: string, { args, kwargs, queue, priority, anyName }: SubmitOptions): RemoteSubmitRequest {
  const list = args === undefined ? undefined : parseJsonArgument(args, '--args');
  const named = kwargs === undefined ? undefined : parseJsonArgument(kwargs, '--kwargs');
  if (list !== undefined && !Array.isArray(list)) throw invalid('--args', 'a list such as [2, 3]');
  if (named !== undefined && !isRecord(named)) throw invalid('--kwargs', 'an object such as {"a": 1}');
  return {
    task,
    ...(list === undefined ? {} : { args: list }),
    ...(named === undefined ? {} : { kwargs: named }),
    ...(queue === undefined ? {} : { queue }),
    ...(priority === undefined ? {} : { priority }),
    ...(anyName ? { anyName } : {}),
  };
}

function ofInngest(target: string, { data, event = false, anyName }: SubmitOptions): RemoteSubmitRequest {
  const given = {
    ...(data === undefined ? {} : { data: parseJsonArgument(data, '--data') }),
    ...(anyName ? { anyName } : {}),
  };
  return event ? { event: target, ...given } : { function: target, ...given };
}

async function startOf({ in: after, at }: SubmitOptions): Promise<string | undefined> {
  const now = Date.now();
  if (after !== undefined && at !== undefined) {
    throw usageError('INVALID_REQUEST/exclusiveOptions', { one: '--in', other: '--at' });
  }
  if (after !== undefined) return new Date(now + after).toISOString();
  if (at === undefined || isNow(at)) return undefined;
  const time = parseTime(await startTimeOf(at, now), now);
  return time === null ? undefined : new Date(time).toISOString();
}

function whole(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Must be a whole number up to 255.');
  return Number(text);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function invalid(option: string, type: string): UsageError {
  return usageError('INVALID_REQUEST/jsonType', { option, type });
}
