/** `jobdeck backfill`: one job for each interval of a range of time, together a group. */
import { type Command, Option } from 'commander';
import type { BackfillReply, BackfillRequest, Every } from '../../shared/backfill.ts';
import { readEvery } from '../../shared/every.ts';
import { exitCodes } from '../exitCode.ts';
import { printable } from '../output/text.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { actOnCommand, possibleName } from '../submitting/commandOrName.ts';
import { type DefinedJob, definedJob } from '../submitting/definedJob.ts';
import { collect, type SubmitOptions, withRunOptions } from '../submitting/options.ts';
import { toSubmitRequest } from '../submitting/request.ts';
import { UsageError } from '../usageError.ts';
import { jobCount } from '../values/numbers.ts';

interface BackfillOptions extends SubmitOptions {
  from?: string;
  to?: string;
  every?: string;
  timezone?: string;
  order?: 'oldest' | 'newest';
  concurrency?: number;
  dryRun?: boolean;
}

export function addBackfill(program: Command, runner: Runner, argv: readonly string[]): void {
  const verb = program
    .command('backfill')
    .description('run a command for each interval of a range of time, as a group of jobs, and print its id')
    .argument('[command...]', 'program and arguments, after “--”; one quoted line is run by the shell; or a name')
    .option('--from <time>', 'beginning of the range: 2026-03-01, or 2026-03-01T14:00')
    .option('--to <time>', 'end of the range, which is not included')
    .option('--every <interval>', 'how long an interval is: 15m, 1h, 1d, 1w, 1mo, 1y; or a cron expression')
    .option('--timezone <zone>', 'whose calendar it goes by, such as Europe/Berlin (default: that of this machine)')
    .addOption(new Option('--order <order>', 'what runs first (default: “oldest”)').choices(['oldest', 'newest']))
    .option('--concurrency <number>', 'jobs that run at the same time at most (default: 1)', jobCount)
    .option('--dry-run', 'only tell the intervals')
    .option('-t, --title <title>', 'name to show, followed by the interval')
    .option('--type <type>', 'kind of job, such as “load”; groups history')
    .option('-C, --cwd <folder>', 'folder to run in (default: the current one)')
    .option('--shell', 'run the words as one line of shell')
    .option('--input <id=value>', 'answers an input of a job that is defined; may be repeated', collect)
    .option('--group <name>', 'group the jobs belong to; one of their own unless given');
  withRunOptions(verb)
    .option('--json', 'print {"group", "count", "intervals"} as JSON')
    .passThroughOptions()
    .addHelpText('after', help)
    .action(
      actOnCommand<BackfillOptions>({ program, runner, argv, verb: 'backfill' }, (cli, words, options) =>
        backfill(cli, argv, words, options),
      ),
    );
}

const help = `
Each job has its interval as JOBDECK_RANGE_START and JOBDECK_RANGE_END, and in place of these in its command, title and
folder: \${range.start}, \${range.end}, and the days alone as \${range.start:date} and \${range.end:date}.

Examples:
  jobdeck backfill --from 2026-03-01 --to 2026-04-01 --every 1d -- ./load.sh '\${range.start:date}'
  jobdeck backfill --from 2026-01-01 --to 2027-01-01 --every 1mo --order newest --dry-run -- ./report.sh
  jobdeck backfill load --from 2026-03-01 --to 2026-04-01   a job of .vscode/jobs.json
  jobdeck retry GROUP                         runs only the jobs again that did not complete`;

async function backfill(
  cli: Cli,
  argv: readonly string[],
  words: string[],
  { from, to, every, dryRun, ...options }: BackfillOptions,
): Promise<number> {
  const { session, out } = cli;
  const { job, backfill: defaults } = await whatToRun(cli, argv, words, options);
  const interval = every === undefined ? defaults?.every : everyOf(every);
  const request: BackfillRequest = {
    ...defaults,
    ...{ from: given('--from', from), to: given('--to', to), every: given('--every', interval), job },
    ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
    ...(options.order === undefined ? {} : { order: options.order }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(dryRun === true ? { dryRun } : {}),
  };
  const reply = await session.once((client) => client.backfill(request));
  const { group, count } = reply;
  if (group !== null && !out.json) out.note(`${count === 1 ? '1 job' : `${count} jobs`}: ${printable(group.title)}`);
  out.result(reply, group === null ? intervalLines(reply) : [group.id]);
  return exitCodes.ok;
}

/** What each job runs: a command, or what is defined under its name, with how its backfills are done. */
async function whatToRun(
  { home }: Cli,
  argv: readonly string[],
  words: string[],
  options: SubmitOptions,
): Promise<Pick<DefinedJob, 'job' | 'backfill'>> {
  const caller = currentCaller();
  const name = possibleName(argv, words, options);
  const defined = name === null ? null : await definedJob(name, { options, caller, home });
  return defined ?? { job: toSubmitRequest(words, options, caller), backfill: null };
}

function given<T>(option: string, value: T | undefined): T {
  if (value !== undefined) return value;
  const hint = 'Such as: jobdeck backfill --from 2026-03-01 --to 2026-04-01 --every 1d -- ./load.sh';
  throw new UsageError('INVALID_REQUEST', `${option} is missing.`, hint);
}

/** `1d` and its like, or a cron expression. */
function everyOf(text: string): Every {
  const every = readEvery(text);
  if (every !== null) return every;
  throw new UsageError(
    'INVALID_REQUEST',
    `“--every” is no interval: ${text}`,
    'Use 15m, 1h, 1d, 1w, 1mo or 1y, or a cron expression such as "0 6 * * *".',
  );
}

function intervalLines({ count, intervals }: BackfillReply): string[] {
  const lines = intervals.map(({ start, end }) => `${start}  ${end}`);
  return count > intervals.length ? [...lines, `… and ${count - intervals.length} more`] : lines;
}
