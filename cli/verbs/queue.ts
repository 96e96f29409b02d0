/** `jobdeck queue`: manage queues. */
import { type Command, Option } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import { formatDuration } from '../../shared/format.ts';
import type { Queue, RateLimit } from '../../shared/job.ts';
import type { QueueSettings } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { forEach } from '../forEach.ts';
import { renderColumns } from '../output/columns.ts';
import { printable } from '../output/text.ts';
import type { Cli, Runner } from '../runner.ts';
import { aliasOption } from '../values/aliasOption.ts';
import { durationOrNone, limit, rate } from '../values/numbers.ts';

interface SetOptions {
  concurrency?: number | 'unlimited';
  rate?: RateLimit | 'none';
  timeout?: number | 'none';
  cancel?: boolean;
  retry?: boolean;
}

export function addQueue(program: Command, runner: Runner): void {
  const queue = program.command('queue').description('Manage queues');
  const verb = (name: string, description: string) => queue.command(name).description(description);
  verb('ls', 'List queues').alias('list').option('--json', 'Print {"queues"} as JSON').action(runner.act(ls));
  addSet(verb('set', 'Create or change a queue'), runner);
  verb('pause', 'Pause queues: start no more of their jobs. Running jobs continue')
    .argument('<names...>', 'Queues')
    .option('--json', 'Print the queue as JSON; several as {"queues", "errors"}')
    .action(runner.act((cli, names: string[]) => changeEach(cli, names, (client, name) => client.pauseQueue(name))));
  verb('resume', 'Resume paused queues')
    .argument('<names...>', 'Queues')
    .option('--json', 'Print the queue as JSON; several as {"queues", "errors"}')
    .action(runner.act((cli, names: string[]) => changeEach(cli, names, (client, name) => client.resumeQueue(name))));
  verb('rm', 'Remove queues without unfinished jobs; finished jobs are kept')
    .argument('<names...>', 'Queues')
    .option('--json', 'Print {"removed"} as JSON; for several also "names" and "errors"')
    .action(runner.act(rm));
}

function addSet(set: Command, runner: Runner): void {
  const timeout = new Option('--timeout <duration>', 'Timeout of jobs that have none of their own: 30m; or “none”');
  timeout.argParser(durationOrNone);
  set
    .argument('<name>', 'Queue')
    .option('--concurrency <number>', 'Maximum number of jobs to run at once, or “unlimited”', limit)
    .option('--rate <number/period>', 'Maximum number of starts per period: 10/1m; or “none”', rate)
    .addOption(timeout)
    .addOption(aliasOption(timeout, '--time-limit <duration>'))
    .option('--cancel', 'Allow cancelling its jobs (the default for a new queue)')
    .option('--no-cancel', 'Don’t allow cancelling its jobs')
    .option('--retry', 'Allow retrying its jobs (the default for a new queue)')
    .option('--no-retry', 'Don’t allow retrying its jobs, except by their own --retries')
    .option('--json', 'Print the queue as JSON')
    .addHelpText('after', '\nExamples:\n  jobdeck queue set gpu --concurrency 1\n  jobdeck queue set api --rate 10/1m')
    .action(runner.act(change));
}

async function ls({ session, out }: Cli): Promise<number> {
  const queues = await session.persistently((client) => client.queues());
  out.result({ queues }, renderQueues(queues));
  return exitCodes.ok;
}

async function change({ session, out }: Cli, name: string, options: SetOptions): Promise<number> {
  const { concurrency, rate: starts, timeout, cancel, retry } = options;
  const settings: QueueSettings = {};
  if (concurrency !== undefined) settings.concurrency = concurrency === 'unlimited' ? null : concurrency;
  if (starts !== undefined) settings.rate = starts === 'none' ? null : starts;
  if (timeout !== undefined) settings.timeLimitMs = timeout === 'none' ? null : timeout;
  if (cancel !== undefined) settings.cancelAllowed = cancel;
  if (retry !== undefined) settings.retryAllowed = retry;
  const queue = await session.persistently((client) => client.setQueue(name, settings));
  out.result(queue, renderQueues([queue]));
  return exitCodes.ok;
}

function changeEach(
  cli: Cli,
  names: string[],
  request: (client: DaemonClient, name: string) => Promise<Queue>,
): Promise<number> {
  const act = (name: string) => cli.session.persistently((client) => request(client, name));
  const several = (queues: Queue[]) => ({ queues });
  const lines = (queue: Queue, isFirst: boolean) => renderQueues([queue]).slice(isFirst ? 0 : 1);
  return forEach(cli, names, { act, lines, one: (queue) => queue, several }, 'name');
}

function rm(cli: Cli, queues: string[]): Promise<number> {
  const act = async (name: string) => {
    await cli.session.once((client) => client.removeQueue(name));
    return name;
  };
  const several = (names: string[]) => ({ removed: names.length, names });
  const lines = (name: string) => [`Removed the queue ${printable(name)}.`];
  return forEach(cli, queues, { act, lines, one: () => ({ removed: 1 }), several }, 'name');
}

/** The queues as a table with its head. */
function renderQueues(queues: readonly Queue[]): string[] {
  const head = ['QUEUE', 'RUNNING', 'WAITING', 'CONCURRENCY', 'RATE', 'TIMEOUT', ''];
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

/** Special states of a queue, such as `paused, no retry`. */
function remarks({ paused, throttled, cancelAllowed, retryAllowed }: Queue): string {
  const all: [boolean, string][] = [
    [paused, 'paused'],
    [throttled, 'throttled'],
    [!cancelAllowed, 'no cancel'],
    [!retryAllowed, 'no retry'],
  ];
  return all.flatMap(([applies, words]) => (applies ? [words] : [])).join(', ');
}
