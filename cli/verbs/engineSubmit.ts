/** `jobdeck engine submit`: have an engine run a task or a function, or send it an event. */
import { type Command, InvalidArgumentError } from 'commander';
import type { RemoteSubmitRequest } from '../../shared/connection.ts';
import { exitCodes } from '../exitCode.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { UsageError } from '../usageError.ts';
import { parseJsonArgument } from '../values/json.ts';
import { duration } from '../values/numbers.ts';
import { parseTime, startTimeOf } from '../values/times.ts';

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
  named('submit', 'have an engine run a task or a function, or send it an event, and print the id of the job')
    .argument('<target>', 'Celery: a task; Inngest: app/function, or with --event the name of an event')
    .option('--args <json>', 'Celery: a list of arguments')
    .option('--kwargs <json>', 'Celery: named arguments')
    .option('--data <json>', 'Inngest: data of the event, or for the function')
    .option('--event', 'Inngest: send an event of this name')
    .option('--queue <name>', 'Celery: the queue')
    .option('--priority <number>', 'as the broker counts: on Redis 0 comes first', whole)
    .option('--in <duration>', 'start after this, such as 10m', duration)
    .option('--at <time>', 'start then')
    .option('--any-name', 'also a name that nobody there knows')
    .option('--json', 'print the job as JSON')
    .addHelpText('after', "\nExample:\n  jobdeck engine submit prod tasks.add --args '[2, 3]'")
    .action(runner.act(submit));
}

async function submit({ session, out }: Cli, name: string, target: string, options: SubmitOptions): Promise<number> {
  const { engine } = await session.persistently((client) => client.connection(name));
  const request = { ...(engine === 'celery' ? ofCelery(target, options) : ofInngest(target, options)) };
  const notBefore = await startOf(options);
  const { createdBy } = currentCaller();
  const job = await session.once((client) =>
    client.submitTo(name, {
      ...request,
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(createdBy === null ? {} : { createdBy }),
    }),
  );
  out.result(job, [job.id]);
  return exitCodes.ok;
}

function ofCelery(task: string, { args, kwargs, queue, priority, anyName }: SubmitOptions): RemoteSubmitRequest {
  const list = args === undefined ? undefined : parseJsonArgument(args, 'The arguments');
  const named = kwargs === undefined ? undefined : parseJsonArgument(kwargs, 'The named arguments');
  if (list !== undefined && !Array.isArray(list)) throw wrong('--args', 'a list such as [2, 3]');
  if (named !== undefined && !isRecord(named)) throw wrong('--kwargs', 'an object such as {"a": 1}');
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
    ...(data === undefined ? {} : { data: parseJsonArgument(data, 'The data') }),
    ...(anyName ? { anyName } : {}),
  };
  return event ? { event: target, ...given } : { function: target, ...given };
}

async function startOf({ in: after, at }: SubmitOptions): Promise<string | undefined> {
  const now = Date.now();
  if (after !== undefined && at !== undefined) {
    throw new UsageError('INVALID_REQUEST', 'A job starts at one time.', 'Give either --in or --at.');
  }
  if (after !== undefined) return new Date(now + after).toISOString();
  if (at === undefined) return undefined;
  const time = parseTime(await startTimeOf(at, now), now);
  return time === null ? undefined : new Date(time).toISOString();
}

function whole(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number up to 255.');
  return Number(text);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wrong(option: string, what: string): UsageError {
  return new UsageError('INVALID_REQUEST', `${option} has to be ${what}.`);
}
