/** `jobdeck schedule`: run commands at the times of a cron expression. */
import { type Command, Option } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { JobDetail } from '../../shared/job.ts';
import { CatchUp, Overlap, type Schedule, type ScheduleDetail, type ScheduleRequest } from '../../shared/schedule.ts';
import { exitCodes } from '../exitCode.ts';
import { forEach } from '../forEach.ts';
import { printable } from '../output/text.ts';
import { nextRunLines, renderSchedule, renderSchedules } from '../pages/schedulePage.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { type DescribingOptions, type RunOptions, withJobOptions, withRunOptions } from '../submitting/options.ts';
import { toSubmitRequest } from '../submitting/request.ts';

interface AddOptions extends DescribingOptions, RunOptions {
  cron: string;
  timezone?: string;
  catchUp?: CatchUp;
  overlap?: Overlap;
  paused?: boolean;
  replace?: boolean;
  dryRun?: boolean;
}

export function addSchedule(program: Command, runner: Runner): void {
  const schedule = program.command('schedule').description('Manage schedules: commands that run at recurring times');
  const verb = (name: string, description: string) => schedule.command(name).description(description);
  const named = (name: string, description: string) => verb(name, description).argument('<names...>', 'Schedules');
  addAdd(verb('add', 'Add a schedule and print its next runs'), runner);
  verb('ls', 'List schedules').alias('list').option('--json', 'Print {"schedules"} as JSON').action(runner.act(ls));
  named('show', 'Show schedules with their next runs and history')
    .option('--json', 'Print the schedule as JSON; several as {"schedules", "errors"}')
    .action(runner.act(show));
  named('pause', 'Pause schedules')
    .option('--json', 'Print the schedule as JSON; several as {"schedules", "errors"}')
    .action(runner.act((cli, names: string[]) => change(cli, names, (client, name) => client.pauseSchedule(name))));
  named('resume', 'Resume paused schedules')
    .option('--json', 'Print the schedule as JSON; several as {"schedules", "errors"}')
    .action(runner.act((cli, names: string[]) => change(cli, names, (client, name) => client.resumeSchedule(name))));
  named('run', 'Run schedules now and print the job IDs')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .action(runner.act(run));
  named('rm', 'Remove schedules; their jobs are kept')
    .option('--json', 'Print {"removed", "name"} as JSON; several as {"removed", "names", "errors"}')
    .action(runner.act(rm));
}

function addAdd(verb: Command, runner: Runner): void {
  const add = verb
    .argument('<name>', 'Name of the schedule')
    .argument('[command...]', 'Program and arguments after “--”, or one quoted shell command line')
    .requiredOption('--cron <expression>', 'Minute, hour, day, month, weekday; optionally seconds first; or @daily')
    .option('--timezone <zone>', 'Time zone of the expression, such as Europe/Berlin (default: the local one)')
    .addOption(
      new Option('--catch-up <which>', 'Runs to make up that were missed (default: "none")').choices(CatchUp.enum),
    )
    .addOption(
      new Option('--overlap <action>', 'If the previous run is still active (default: "skip")').choices(Overlap.enum),
    )
    .option('--paused', 'Add the schedule paused')
    .option('--replace', 'Replace the schedule of this name and keep its history')
    .option('--dry-run', 'Only check the schedule and print its next runs')
    .option('--json', 'Print the schedule with "nextRuns" as JSON');
  withRunOptions(withJobOptions(add, 'the name of the schedule'))
    .addHelpText('after', examples)
    .action(runner.act(addOne));
}

const examples = `
Examples:
  jobdeck schedule add backup --cron "0 3 * * *" -- ./backup.sh
  jobdeck schedule add "nightly tests" --cron "30 2 * * mon-fri" --timezone Europe/Berlin -- npm test
  jobdeck schedule add poll --cron "*/10 * * * * *" --overlap queue "curl -s localhost | tee last"

Each run inherits the current environment and working directory. JOBDECK_SCHEDULED_FOR is its scheduled time.`;

async function addOne({ session, out }: Cli, name: string, words: string[], options: AddOptions): Promise<number> {
  const { cron, timezone, catchUp, overlap, paused, replace, dryRun, ...rest } = options;
  const job = toSubmitRequest(words, rest, currentCaller(rest.cwd));
  const request: ScheduleRequest = { name, cron, job, timezone, catchUp, overlap, paused, replace, dryRun };
  const schedule = await session.once((client) => client.addSchedule(request));
  const zone = schedule.timezone;
  const runs = await session.persistently((client) => client.cron({ cron, timezone: zone }));
  const nextRuns = schedule.paused ? [] : runs.nextRuns;
  out.result({ ...schedule, nextRuns }, addedLines(schedule, nextRuns, dryRun === true));
  return exitCodes.ok;
}

function addedLines({ name, cron, timezone, paused }: Schedule, nextRuns: readonly string[], dry: boolean): string[] {
  const what = `${printable(name)}: ${cron} (${timezone})`;
  const state = paused ? [`It is paused. To resume it: jobdeck schedule resume ${quoted(name)}`] : [];
  const lines = nextRunLines(nextRuns, Date.now()).map((line) => `  ${line}`);
  return [`${dry ? 'Would schedule' : 'Scheduled'} ${what}`, ...state, ...lines];
}

function quoted(name: string): string {
  return name.includes(' ') ? `"${name}"` : name;
}

async function ls({ session, out }: Cli): Promise<number> {
  const schedules = await session.persistently((client) => client.schedules());
  if (schedules.length === 0 && !out.json) {
    out.note('No schedules yet. To add one: jobdeck schedule add backup --cron "0 3 * * *" -- ./backup.sh');
    return exitCodes.ok;
  }
  out.result({ schedules }, renderSchedules(schedules, Date.now()));
  return exitCodes.ok;
}

function show(cli: Cli, names: string[]): Promise<number> {
  const separator = names.length > 1 ? [''] : [];
  const page = (schedule: ScheduleDetail) => renderSchedule(schedule, { now: Date.now(), colors: cli.out.colors });
  return forEach(
    cli,
    names,
    {
      act: (name) => cli.session.persistently((client) => client.schedule(name)),
      lines: (schedule) => [...page(schedule), ...separator],
      one: (schedule) => schedule,
      several: (schedules) => ({ schedules }),
    },
    'name',
  );
}

function change(
  cli: Cli,
  names: string[],
  request: (client: DaemonClient, name: string) => Promise<Schedule>,
): Promise<number> {
  return forEach(
    cli,
    names,
    {
      act: (name) => cli.session.persistently((client) => request(client, name)),
      lines: (schedule, isFirst) => renderSchedules([schedule], Date.now()).slice(isFirst ? 0 : 1),
      one: (schedule) => schedule,
      several: (schedules) => ({ schedules }),
    },
    'name',
  );
}

function run(cli: Cli, names: string[]): Promise<number> {
  const act = (name: string) => cli.session.once((client) => client.runSchedule(name));
  const several = (jobs: JobDetail[]) => ({ jobs });
  return forEach(cli, names, { act, lines: ({ id }) => [id], one: (job) => job, several }, 'name');
}

function rm(cli: Cli, schedules: string[]): Promise<number> {
  const act = async (name: string) => {
    await cli.session.once((client) => client.removeSchedule(name));
    return name;
  };
  const lines = (name: string) => [`Removed ${printable(name)}`];
  const several = (names: string[]) => ({ removed: names.length, names });
  return forEach(cli, schedules, { act, lines, one: (name) => ({ removed: 1, name }), several }, 'name');
}
