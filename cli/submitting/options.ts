/** The options that say what a job runs, when it starts and which group it belongs to. */
import { type Command, Option } from 'commander';
import { Priority } from '../../shared/job.ts';
import { duration, exitCodeList, jobCount, retries, weight } from '../values/numbers.ts';

/** The options that single jobs and schedules share. */
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

export interface GroupOptions {
  group?: string;
  groupConcurrency?: number;
  weight?: number;
}

/** The options of `run` and `submit`. */
export interface SubmitOptions extends SchedulingOptions, GroupOptions {
  title?: string;
  type?: string;
  cwd?: string;
  shell?: boolean;
  key?: string;
  stdin?: boolean;
  progress?: boolean;
  progressPattern?: string;
  /** `id=value`, for a defined job. */
  input?: string[];
}

/** Adds the words and options of `run` and `submit`. Words after the first belong to the command, options too. */
export function withCommand(verb: Command): Command {
  const named = verb.argument(
    '[command...]',
    'program and arguments, best after “--”; a single quoted line is run by the shell; or the name of a defined job',
  );
  const own = withJobOptions(named)
    .option('--key <key>', 'if a job with this key exists, use it and start nothing')
    .option('--input <id=value>', 'answer to an input of a defined job; can be repeated', collect)
    .option('--stdin', stdinHelp[verb.name()] ?? '')
    .option('--no-progress', 'do not read progress from the output')
    .option(
      '--progress-pattern <expression>',
      'read progress with this expression, such as “(?<current>\\d+) of (?<total>\\d+) files”',
    );
  return withGroup(withScheduling(own))
    .option('--json', 'print one JSON document')
    .passThroughOptions()
    .addHelpText('after', examples(verb.name()));
}

/** Adds the options that describe a job; `defaultTitle` says what its title is without `--title`. */
export function withJobOptions(verb: Command, defaultTitle = 'the command'): Command {
  return verb
    .option('-t, --title <title>', `name to show (default: ${defaultTitle})`)
    .option('--type <type>', 'kind of job, such as “build”; groups the history')
    .option('-C, --cwd <folder>', 'folder to run in (default: the current folder)')
    .option('--shell', 'run the words as one shell command line');
}

/** Adds the options for queue, retries and timeout. */
export function withRunOptions(verb: Command): Command {
  return verb
    .option('-q, --queue <queue>', 'queue to wait in (default: “default”); see “jobdeck queue ls”')
    .addOption(
      new Option('-p, --priority <priority>', 'priority within the queue (default: “normal”)').choices(Priority.enum),
    )
    .option('--retries <number>', 'number of retries if the job fails', retries)
    .option('--retry-delay <duration>', 'delay before the first retry (default: 10s)', duration)
    .addOption(
      new Option(
        '--retry-backoff <kind>',
        'the same delay before each retry (default), or a doubling one with jitter',
      ).choices(['fixed', 'exponential']),
    )
    .option('--retry-on <codes>', 'retry only after these exit codes, such as 1,2', exitCodeList)
    .option('--time-limit <duration>', 'stop the job if it runs longer than this, such as 30m', duration);
}

/** Adds the option value to those given before. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function withScheduling(verb: Command): Command {
  return withRunOptions(verb)
    .option('--in <duration>', 'start after this delay, such as 90s or 2h', duration)
    .option('--at <time>', 'start at this time, such as 7:30, “friday 18:00” or an ISO 8601 time')
    .option('--after <id>', 'start when this job has completed; can be repeated', collect)
    .option('--after-any <id>', 'start when this job has ended, whatever its outcome; can be repeated', collect)
    .option('--hold', 'do not start until “jobdeck release”');
}

function withGroup(verb: Command): Command {
  return verb
    .option('--group <name>', 'group the job belongs to; created if it does not exist')
    .option('--group-concurrency <number>', 'maximum number of jobs of the group that run at the same time', jobCount)
    .option('--weight <number>', 'weight of the job in the progress of its group (default: 1)', weight);
}

const stdinHelp: Record<string, string> = {
  run: 'pass standard input on to the job',
  submit: 'accept input from “jobdeck send”',
};

function examples(name: string): string {
  return `
Examples:
  jobdeck ${name} -- npm test
  jobdeck ${name} --title "Nightly build" --type build -- make -j4 all
  jobdeck ${name} "npm ci && npm test"        a single quoted line is run by the shell
  jobdeck ${name} --shell -- echo '$HOME'     so are the words after --shell
  jobdeck ${name} build --input target=docs   a job of .vscode/jobs.json; see “jobdeck define”

The job inherits the current environment and folder. Without --stdin it has no standard input.`;
}
