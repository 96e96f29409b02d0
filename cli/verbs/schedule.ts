/** `jobdeck schedule`: run a command again and again at times a cron expression gives. */
import { type Command, Option } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import { CatchUp, Overlap, type Schedule, type ScheduleRequest } from '../../shared/schedule.ts';
import { exitCodes } from '../exitCode.ts';
import { printable } from '../output/text.ts';
import { nextRunLines, renderSchedule, renderSchedules } from '../pages/schedulePage.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { type RunOptions, withJobOptions, withRunOptions } from '../submitting/options.ts';
import { toSubmitRequest } from '../submitting/request.ts';

interface AddOptions extends RunOptions {
  cron: string;
  timezone?: string;
  catchUp?: CatchUp;
  overlap?: Overlap;
  paused?: boolean;
  replace?: boolean;
  dryRun?: boolean;
  title?: string;
  type?: string;
  cwd?: string;
  shell?: boolean;
}

export function addSchedule(program: Command, runner: Runner): void {
  const schedule = program.command('schedule').description('run commands again and again, as cron does');
  const verb = (name: string, description: string) => schedule.command(name).description(description);
  const named = (name: string, description: string) => verb(name, description).argument('<name>', 'the schedule');
  addAdd(verb, runner);
  verb('ls', 'list the schedules').option('--json', 'print {"schedules"} as JSON').action(runner.act(ls));
  named('show', 'show a schedule with its next runs and its history')
    .option('--json', 'print the schedule as JSON')
    .action(runner.act(show));
  named('pause', 'keep a schedule from running until it is resumed')
    .option('--json', 'print the schedule as JSON')
    .action(runner.act((cli, name: string) => change(cli, (client) => client.pauseSchedule(name))));
  named('resume', 'let a paused schedule run again')
    .option('--json', 'print the schedule as JSON')
    .action(runner.act((cli, name: string) => change(cli, (client) => client.resumeSchedule(name))));
  named('run', 'run its command now and print the id of the job')
    .option('--json', 'print the job as JSON')
    .action(runner.act(run));
  named('rm', 'remove a schedule; its jobs stay')
    .option('--json', 'print {"removed", "name"} as JSON')
    .action(runner.act(rm));
}

function addAdd(verb: (name: string, description: string) => Command, runner: Runner): void {
  const add = verb('add', 'add a schedule and print its next runs')
    .argument('<name>', 'what to call it')
    .argument('[command...]', 'program and arguments, after “--”; one quoted line is run by the shell')
    .requiredOption('--cron <expression>', 'when: minute hour day month weekday, seconds before them, or @daily')
    .option('--timezone <zone>', 'of that time, such as Europe/Berlin (default: that of this machine)')
    .addOption(
      new Option('--catch-up <which>', 'runs missed while the daemon was away (default: “none”)').choices(CatchUp.enum),
    )
    .addOption(
      new Option('--overlap <how>', 'a run that is due while the one before goes on (default: “skip”)').choices(
        Overlap.enum,
      ),
    )
    .option('--paused', 'add it without letting it run')
    .option('--replace', 'replace the schedule of that name; its history stays')
    .option('--dry-run', 'only check it and say when it would run');
  withRunOptions(withJobOptions(add, 'the name of the schedule'))
    .option('--json', 'print the schedule with "nextRuns" as JSON')
    .addHelpText('after', examples)
    .action(runner.act(addOne));
}

const examples = `
Examples:
  jobdeck schedule add backup --cron "0 3 * * *" -- ./backup.sh
  jobdeck schedule add "nightly tests" --cron "30 2 * * mon-fri" --timezone Europe/Berlin -- npm test
  jobdeck schedule add poll --cron "*/10 * * * * *" --overlap queue "curl -s localhost | tee last"

Every run has this environment and folder, and JOBDECK_SCHEDULED_FOR with the time it is for.`;

async function addOne({ session, out }: Cli, name: string, words: string[], options: AddOptions): Promise<number> {
  const { cron, timezone, catchUp, overlap, paused, replace, dryRun, ...rest } = options;
  const job = toSubmitRequest(words, rest, currentCaller());
  const given = { timezone, catchUp, overlap, paused, replace, dryRun };
  const request: ScheduleRequest = { name, cron, job, ...given };
  const schedule = await session.once((client) => client.addSchedule(request));
  const zone = schedule.timezone;
  const runs = await session.persistently((client) => client.cron({ cron, timezone: zone }));
  const nextRuns = schedule.paused ? [] : runs.nextRuns;
  out.result({ ...schedule, nextRuns }, addedLines(schedule, nextRuns, dryRun === true));
  return exitCodes.ok;
}

function addedLines({ name, cron, timezone, paused }: Schedule, nextRuns: readonly string[], dry: boolean): string[] {
  const what = `${printable(name)}: ${cron} (${timezone})`;
  const state = paused ? [`It is paused. Let it run: jobdeck schedule resume ${quoted(name)}`] : [];
  const lines = nextRunLines(nextRuns, Date.now()).map((line) => `  ${line}`);
  return [`${dry ? 'Would schedule' : 'Scheduled'} ${what}`, ...state, ...lines];
}

function quoted(name: string): string {
  return name.includes(' ') ? `"${name}"` : name;
}

async function ls({ session, out }: Cli): Promise<number> {
  const schedules = await session.persistently((client) => client.schedules());
  if (schedules.length === 0 && !out.json) {
    out.note('There are no schedules yet. Add one: jobdeck schedule add backup --cron "0 3 * * *" -- ./backup.sh');
    return exitCodes.ok;
  }
  out.result({ schedules }, renderSchedules(schedules, Date.now()));
  return exitCodes.ok;
}

async function show({ session, out }: Cli, name: string): Promise<number> {
  const schedule = await session.persistently((client) => client.schedule(name));
  out.result(schedule, renderSchedule(schedule, { now: Date.now(), colors: out.colors }));
  return exitCodes.ok;
}

async function change({ session, out }: Cli, ask: (client: DaemonClient) => Promise<Schedule>): Promise<number> {
  const schedule = await session.persistently(ask);
  out.result(schedule, renderSchedules([schedule], Date.now()));
  return exitCodes.ok;
}

async function run({ session, out }: Cli, name: string): Promise<number> {
  const job = await session.once((client) => client.runSchedule(name));
  out.result(job, [job.id]);
  return exitCodes.ok;
}

async function rm({ session, out }: Cli, name: string): Promise<number> {
  await session.once((client) => client.removeSchedule(name));
  out.result({ removed: 1, name }, [`Removed ${printable(name)}`]);
  return exitCodes.ok;
}
