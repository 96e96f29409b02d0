/** `jobdeck backfill`: a group with one job for each interval of a time range. */
import { type Command, Option } from 'commander';
import type { BackfillReply, BackfillRequest, Every } from '../../shared/backfill.ts';
import { dateRangeFormat } from '../../shared/dateRange.ts';
import { readEvery } from '../../shared/every.ts';
import { exitCodes } from '../exitCode.ts';
import { printable } from '../output/text.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { actOnCommand, possibleName } from '../submitting/commandOrName.ts';
import { type DefinedJob, definedJob } from '../submitting/definedJob.ts';
import { collect, type SubmitOptions, withJobOptions, withRunOptions } from '../submitting/options.ts';
import { toSubmitRequest } from '../submitting/request.ts';
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
    .description('Run a command once for each interval of a time range, as a group of jobs, and print the group ID')
    .argument('[command...]', 'Program and arguments, one quoted shell command line, or a defined job')
    .option('--from <time>', 'Start of the range: 2026-03-01 or 2026-03-01T14:00')
    .option('--to <time>', 'End of the range (exclusive)')
    .option('--every <interval>', 'Length of an interval: 15m, 1h, 1d, 1w, 1mo, 1y; or a cron expression')
    .option('--timezone <zone>', 'Time zone of the range, such as Europe/Berlin (default: the local one)')
    .addOption(new Option('--order <order>', 'Order of the runs (default: "oldest")').choices(['oldest', 'newest']))
    .option('--concurrency <number>', 'Maximum number of jobs to run at once (default: 1)', jobCount)
    .option('--dry-run', 'Only print the intervals');
  withRunOptions(
    withJobOptions(verb, 'the command')
      .option('--input <id=value>', 'Set an input of a defined job (repeatable)', collect)
      .option('--group <name>', 'Group of the jobs (default: a new one)')
      .option('--json', 'Print {"group", "count", "range", "intervals"} as JSON'),
  )
    .passThroughOptions()
    .addHelpText('after', help)
    .action(
      actOnCommand<BackfillOptions>({ program, runner, argv }, (cli, words, options) =>
        backfill(cli, argv, words, options),
      ),
    );
}

const help = `
Each job has its interval in JOBDECK_RANGE_START and JOBDECK_RANGE_END. In the command, title and working directory,
\${range.start} and \${range.end} are replaced by it, and \${range.start:date} and \${range.end:date} by the dates alone.

Examples:
  jobdeck backfill --from 2026-03-01 --to 2026-04-01 --every 1d -- ./load.sh '\${range.start:date}'
  jobdeck backfill --from 2026-01-01 --to 2027-01-01 --every 1mo --order newest --dry-run -- ./report.sh
  jobdeck backfill load --from 2026-03-01 --to 2026-04-01    # a job defined in .vscode/jobs.json
  jobdeck retry GROUP                                        # only the jobs that didn’t complete`;

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
    from: given('--from', from),
    to: given('--to', to),
    every: given('--every', interval),
    job,
    ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
    ...(options.order === undefined ? {} : { order: options.order }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(dryRun === true ? { dryRun } : {}),
  };
  const reply = await session.once((client) => client.backfill(request));
  const { group, count } = reply;
  if (group !== null && !out.json) out.note(`${count === 1 ? '1 job' : `${count} jobs`}: ${printable(group.title)}`);
  out.result(reply, group === null ? intervalLines(reply, request.timezone) : [group.id]);
  return exitCodes.ok;
}

/** The job to run for each interval: a command, or a defined job with its defaults for backfills. */
async function whatToRun(
  { home }: Cli,
  argv: readonly string[],
  words: string[],
  options: SubmitOptions,
): Promise<Pick<DefinedJob, 'job' | 'backfill'>> {
  const caller = currentCaller(options.cwd);
  const name = possibleName(argv, words, options);
  const defined = name === null ? null : await definedJob(name, { options, caller, home });
  return defined ?? { job: toSubmitRequest(words, options, caller), backfill: null };
}

function given<T>(option: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw usageError('INVALID_REQUEST/rangeOption', { option });
}

/** An interval such as `1d`, or a cron expression. */
function everyOf(text: string): Every {
  const every = readEvery(text);
  if (every !== null) return every;
  throw usageError('INVALID_REQUEST/interval', { text });
}

/** The intervals in the time zone of the backfill. `--json` prints their exact bounds. */
function intervalLines({ count, intervals }: BackfillReply, timeZone: string | undefined): string[] {
  const dates = dateRangeFormat({ timeZone });
  const lines = intervals.map((interval) => dates.text(interval));
  return count > intervals.length ? [...lines, `… and ${count - intervals.length} more`] : lines;
}
