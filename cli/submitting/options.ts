/** The options that say what a job runs, when it starts and which group it belongs to. */
import { type Command, Option } from 'commander';
import type { CancelSignal, Priority } from '../../shared/job.ts';
import { priorities } from '../../shared/vocabulary.ts';
import { aliasOption } from '../values/aliasOption.ts';
import { duration, exitCodeList, jobCount, retries, weight } from '../values/numbers.ts';
import { signalOption } from '../values/signals.ts';

/** The options that describe a job. */
export interface DescribingOptions {
  title?: string;
  type?: string;
  cwd?: string;
  /** `NAME=VALUE` or `NAME`. */
  env?: string[];
  tag?: string[];
  shell?: boolean;
}

/** The options that single jobs, backfills and schedules share. */
export interface RunOptions {
  queue?: string;
  priority?: Priority;
  retries?: number;
  retryDelay?: number;
  retryBackoff?: 'fixed' | 'exponential';
  retryOn?: number[];
  timeout?: number;
  stopSignal?: CancelSignal;
}

export interface SchedulingOptions extends RunOptions {
  in?: number;
  at?: string;
  after?: string[];
  afterAny?: string[];
  hold?: boolean;
}

export interface GroupOptions {
  group?: string;
  groupConcurrency?: number;
  weight?: number;
}

/** The options of `run` and `submit`. */
export interface SubmitOptions extends DescribingOptions, SchedulingOptions, GroupOptions {
  key?: string;
  stdin?: boolean;
  progress?: boolean;
  progressPattern?: string;
  /** `id=value`, for a defined job. */
  input?: string[];
}

/** Adds the words and options of `run` and `submit`. Words after the first belong to the command, options too. */
export function withCommand(verb: Command): Command {
  const named = verb.argument('[command...]', 'Program and arguments, one quoted shell command line, or a defined job');
  const described = withJobOptions(named)
    .option('--input <id=value>', 'Set an input of a defined job (repeatable)', collect)
    .option('--key <key>', 'Use the job with this key if it exists instead of starting one')
    .option('--stdin', stdinHelp[verb.name()] ?? '')
    .option('--json', 'Print the job as JSON');
  const progress = withRunOptions(withStart(described))
    .optionsGroup('Progress options:')
    .option('--no-progress', 'Don’t read progress from the output')
    .option(
      '--progress-pattern <regex>',
      'Read progress with a regular expression: “(?<current>\\d+) of (?<total>\\d+)”',
    );
  return withGroup(progress).passThroughOptions().addHelpText('after', examples(verb.name()));
}

/** Adds the options that describe a job; `defaultTitle` is what its title is without `--title`. */
export function withJobOptions(verb: Command, defaultTitle = 'the command'): Command {
  const title = new Option('-t, --title <title>', `Title of the job, also --name (default: ${defaultTitle})`);
  return verb
    .addOption(title)
    .addOption(aliasOption(title, '--name <title>'))
    .option('--type <type>', 'Kind of job, such as “build”; groups history and statistics')
    .option('--tag <tag>', 'Tag to find the job by (repeatable)', collect)
    .option('-C, --cwd <folder>', 'Working directory (default: the current one)')
    .option('-e, --env <name[=value]>', 'Set an environment variable (repeatable)', collect)
    .option('--shell', 'Run the arguments as one shell command line');
}

/** Adds the options for queue, timeout and retries. */
export function withRunOptions(verb: Command): Command {
  const timeout = new Option('--timeout <duration>', 'Stop the job if it runs longer than this: 90s, 30m, 1h30m');
  timeout.argParser(duration);
  return verb
    .optionsGroup('Queue and timeout options:')
    .option('-q, --queue <queue>', 'Queue (default: “default”)')
    .addOption(new Option('-p, --priority <priority>', 'Priority in the queue').choices(priorities))
    .addOption(timeout)
    .addOption(aliasOption(timeout, '--time-limit <duration>'))
    .addOption(
      signalOption('--stop-signal <signal>', 'Signal that a cancel or the timeout sends first (default: TERM)'),
    )
    .optionsGroup('Retry options:')
    .option('--retries <number>', 'Number of retries if the job fails', retries)
    .option('--retry-delay <duration>', 'Delay before the first retry (default: 10s)', duration)
    .addOption(
      new Option('--retry-backoff <kind>', 'Whether the delay stays the same or doubles each time').choices([
        'fixed',
        'exponential',
      ]),
    )
    .option('--retry-on <codes>', 'Retry only after these exit codes: 1,2', exitCodeList);
}

/** Adds the option value to those given before. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function withStart(verb: Command): Command {
  return verb
    .optionsGroup('Start options:')
    .option('--in <duration>', 'Start after a delay: 90s, 2h, 1w', duration)
    .option('--at <time>', 'Start at a time: 7:30, “friday 18:00”, 2026-03-01T07:30Z')
    .option('--after <id>', 'Start when this job has completed (repeatable)', collect)
    .option('--after-any <id>', 'Start when this job has finished with any result (repeatable)', collect)
    .option('--hold', 'Don’t start before “jobdeck release”');
}

function withGroup(verb: Command): Command {
  return verb
    .optionsGroup('Group options:')
    .option('--group <name>', 'Group of the job; created if it doesn’t exist')
    .option('--group-concurrency <number>', 'Maximum number of jobs of the group to run at once', jobCount)
    .option('--weight <number>', 'Weight of the job in the progress of its group (default: 1)', weight);
}

const stdinHelp: Record<string, string> = {
  run: 'Pass standard input on to the job',
  submit: 'Accept input from “jobdeck send”',
};

function examples(name: string): string {
  return `
Examples:
  jobdeck ${name} -- npm test
  jobdeck ${name} --title "Nightly build" --type build -- make -j4 all
  jobdeck ${name} "npm ci && npm test"          # one quoted argument is run by the shell
  jobdeck ${name} --shell -- echo '$HOME'       # so are all arguments after --shell
  jobdeck ${name} build --input target=docs     # a job defined in .vscode/jobs.json

The job inherits the current environment and working directory. Without --stdin it has no standard input.`;
}
