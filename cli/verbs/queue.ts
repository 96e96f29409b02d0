/** `jobdeck queue`: list, make, change, pause, resume and remove queues. */
import type { Command } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import { formatDuration } from '../../shared/format.ts';
import type { Queue, RateLimit } from '../../shared/job.ts';
import type { QueueSettings } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { renderColumns } from '../output/columns.ts';
import { printable } from '../output/text.ts';
import type { Cli, Runner } from '../runner.ts';
import { durationOrNone, limit, rate } from '../values/numbers.ts';

interface SetOptions {
  concurrency?: number | 'unlimited';
  rate?: RateLimit | 'none';
  timeLimit?: number | 'none';
  cancel?: boolean;
  retry?: boolean;
}

export function addQueue(program: Command, runner: Runner): void {
  const queue = program.command('queue').description('list, make, change, pause, resume and remove queues');
  const verb = (name: string, description: string) => queue.command(name).description(description);
  verb('ls', 'list the queues').option('--json', 'print {"queues"} as JSON').action(runner.act(ls));
  verb('set', 'make a queue, or change it; what is not given stays as it is')
    .argument('<name>', 'the queue')
    .option('--concurrency <number>', 'jobs that run at the same time at most, or “unlimited”', limit)
    .option('--rate <number/period>', 'starts per period at most, such as 10/1m, or “none”', rate)
    .option('--time-limit <duration>', 'for jobs without a limit of their own, such as 30m, or “none”', durationOrNone)
    .option('--cancel', 'its jobs may be cancelled (so it is unless you say otherwise)')
    .option('--no-cancel', 'its jobs may not be cancelled')
    .option('--retry', 'its jobs may be retried (so it is unless you say otherwise)')
    .option('--no-retry', 'its jobs may not be retried, other than by their own --retries')
    .option('--json', 'print the queue as JSON')
    .addHelpText('after', '\nExamples:\n  jobdeck queue set gpu --concurrency 1\n  jobdeck queue set api --rate 10/1m')
    .action(runner.act(set));
  verb('pause', 'let no more jobs of a queue start; those that run run on')
    .argument('<name>', 'the queue')
    .option('--json', 'print the queue as JSON')
    .action(runner.act((cli, name: string) => change(cli, (client) => client.pauseQueue(name))));
  verb('resume', 'let the jobs of a paused queue start again')
    .argument('<name>', 'the queue')
    .option('--json', 'print the queue as JSON')
    .action(runner.act((cli, name: string) => change(cli, (client) => client.resumeQueue(name))));
  verb('rm', 'remove a queue that nothing is in; jobs that have ended stay')
    .argument('<name>', 'the queue')
    .option('--json', 'print {"removed"} as JSON')
    .action(runner.act(rm));
}

async function ls({ session, out }: Cli): Promise<number> {
  const queues = await session.persistently((client) => client.queues());
  out.result({ queues }, renderQueues(queues));
  return exitCodes.ok;
}

function set(cli: Cli, name: string, options: SetOptions): Promise<number> {
  const { concurrency, rate: starts, timeLimit, cancel, retry } = options;
  const settings: QueueSettings = {};
  if (concurrency !== undefined) settings.concurrency = concurrency === 'unlimited' ? null : concurrency;
  if (starts !== undefined) settings.rate = starts === 'none' ? null : starts;
  if (timeLimit !== undefined) settings.timeLimitMs = timeLimit === 'none' ? null : timeLimit;
  if (cancel !== undefined) settings.cancelAllowed = cancel;
  if (retry !== undefined) settings.retryAllowed = retry;
  return change(cli, (client) => client.setQueue(name, settings));
}

async function rm({ session, out }: Cli, name: string): Promise<number> {
  await session.once((client) => client.removeQueue(name));
  out.result({ removed: 1 }, [`Removed the queue ${printable(name)}.`]);
  return exitCodes.ok;
}

async function change({ session, out }: Cli, ask: (client: DaemonClient) => Promise<Queue>): Promise<number> {
  const queue = await session.persistently(ask);
  out.result(queue, renderQueues([queue]));
  return exitCodes.ok;
}

/** The queues as a table, its head first. */
export function renderQueues(queues: readonly Queue[]): string[] {
  const head = ['QUEUE', 'RUNNING', 'WAITING', 'LIMIT', 'RATE', 'TIME LIMIT', ''];
  const rows = queues.map((queue) => [
    printable(queue.name),
    String(queue.running),
    String(queue.waiting),
    queue.concurrency === null ? 'unlimited' : String(queue.concurrency),
    queue.rate === null ? 'none' : `${queue.rate.count} per ${formatDuration(queue.rate.periodMs)}`,
    queue.timeLimitMs === null ? 'none' : formatDuration(queue.timeLimitMs),
    remarks(queue),
  ]);
  return renderColumns(head, rows);
}

/** What is special about a queue, such as `paused, no retry`. */
function remarks({ paused, throttled, cancelAllowed, retryAllowed }: Queue): string {
  const told: [boolean, string][] = [
    [paused, 'paused'],
    [throttled, 'throttled'],
    [!cancelAllowed, 'no cancel'],
    [!retryAllowed, 'no retry'],
  ];
  return told.flatMap(([holds, words]) => (holds ? [words] : [])).join(', ');
}
