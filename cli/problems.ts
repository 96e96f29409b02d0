/** The errors of the command line, in English only. */
import { defineProblems } from '../shared/messages/define.ts';
import { UsageError } from './usageError.ts';

/** Errors of an invalid command line. */
const usage = defineProblems({
  'CONFIRMATION_NEEDED/filter': { message: 'This would {verb} {jobs}.', hint: 'Confirm it with --yes.' },
  'CONFIRMATION_NEEDED/killAll': { message: 'This would kill {jobs}.', hint: 'Confirm it with --yes.' },
  'CONFIRMATION_NEEDED/remove': { message: '{jobs} would be removed.', hint: 'Confirm it with --yes.' },
  EMPTY_COMMAND: { message: 'No command to run.', hint: 'Add it after “--”: jobdeck run -- npm test' },
  'INVALID_REQUEST/commandLine': { message: '{message}', hint: '{hint}' },
  'INVALID_REQUEST/commandNeedsOneJob': {
    message: 'A new command requires exactly one job ID before “--”.',
    hint: 'Example: jobdeck retry 4k9x2m7qpa -- npm test',
  },
  'INVALID_REQUEST/connectionSetting': { message: '“{text}” is not a setting.', hint: 'Use name=value.' },
  'INVALID_REQUEST/connectionSettings': {
    message: 'Invalid settings for {engine}: {reason}',
    hint: 'docs/engines.md lists them.',
  },
  'INVALID_REQUEST/declaredSteps': {
    message: '--declare contains no steps.',
    hint: 'Example: --declare "fetch,build=Build it"',
  },
  'INVALID_REQUEST/definedJobRequired': {
    message: '--input requires a defined job.',
    hint: 'List defined jobs with: jobdeck define ls',
  },
  'INVALID_REQUEST/delayTooLong': { message: 'A job can’t be delayed by more than ten years.' },
  'INVALID_REQUEST/engine': { message: 'Unknown engine {engine}.', hint: 'Use {engines}.' },
  'INVALID_REQUEST/environmentVariable': {
    message: '“{text}” is not an environment variable.',
    hint: 'Write it as NAME=VALUE, or as NAME to take the value from this environment.',
  },
  'INVALID_REQUEST/exclusiveOptions': { message: '{one} and {other} can’t be used together.', hint: 'Leave one out.' },
  'INVALID_REQUEST/followOneJob': {
    message: '--follow works with one job only.',
    hint: 'Leave out --follow to print several logs.',
  },
  'INVALID_REQUEST/idsOrAll': {
    message: 'Either job IDs or --all are required.',
    hint: 'Use “jobdeck kill ID…” or “jobdeck kill --all”.',
  },
  'INVALID_REQUEST/inputAnswer': {
    message: '“{text}” is not a value for an input.',
    hint: 'Write it as id=value: --input target=docs',
  },
  'INVALID_REQUEST/interval': {
    message: '--every is not an interval: {text}.',
    hint: 'Use an interval such as 15m, 1h, 1d, 1w, 1mo or 1y, or a cron expression such as "0 6 * * *".',
  },
  'INVALID_REQUEST/jobsToCancel': {
    message: 'Either job IDs, or --queue, --group or --tag, or --all are required.',
    hint: 'Examples: “jobdeck cancel 4k9x2m7qpa”, “jobdeck cancel --queue gpu”, “jobdeck cancel --all”.',
  },
  'INVALID_REQUEST/jobsToRetry': {
    message: 'Either job IDs or filters with --failed or --status are required.',
    hint: 'Examples: “jobdeck retry 4k9x2m7qpa”, “jobdeck retry --failed --queue gpu”.',
  },
  'INVALID_REQUEST/json': {
    message: '{option} is not valid JSON: {reason}.',
    hint: `A string needs quotes: '"done"'.`,
  },
  'INVALID_REQUEST/jsonType': { message: '{option} must be {type}.' },
  'INVALID_REQUEST/needsRange': {
    message: '“{definition}” has placeholders of a time range.',
    hint: 'Backfill it: jobdeck backfill {definition} --from 2026-01-01 --to 2026-02-01',
  },
  'INVALID_REQUEST/notInJob': {
    message: 'Not running inside a job.',
    hint: 'Run this in the script of a job, or add --job.',
  },
  'INVALID_REQUEST/nothingToSend': {
    message: 'Nothing to send.',
    hint: 'Add a text, “-” for standard input, or --end.',
  },
  'INVALID_REQUEST/past': { message: '{time} is in the past.', hint: 'Use a time in the future, or --at now.' },
  'INVALID_REQUEST/progress': {
    message: '“{text}” is not a progress.',
    hint: 'Use 40 100, 40/100 or 40%, and put a text in quotes.',
  },
  'INVALID_REQUEST/rangeOption': {
    message: '{option} is missing.',
    hint: 'Example: jobdeck backfill --from 2026-03-01 --to 2026-04-01 --every 1d -- ./load.sh',
  },
  'INVALID_REQUEST/resultFile': {
    message: 'Could not read the result: {reason}.',
    hint: 'Check that the file exists.',
  },
  'INVALID_REQUEST/retriesMissing': {
    message: 'The number of retries is missing.',
    hint: 'Add --retries, such as --retries 3.',
  },
  'INVALID_REQUEST/startTime': {
    message: '“{text}” is not a time.',
    hint: 'Use 7:30, “tomorrow 7:30”, “friday 18:00”, “in 2 hours”, “next monday”, 2026-03-01T07:30 or, in UTC, 2026-03-01T07:30Z.',
  },
  'INVALID_REQUEST/skippedTime': {
    message: '“{text}” does not exist, because the clocks are set forward then.',
    hint: 'Use a time an hour later.',
  },
  'INVALID_REQUEST/stepOrDeclare': {
    message: 'Either a step ID or --declare is required.',
    hint: 'Examples: “jobdeck step build done”, “jobdeck step --declare fetch,build”.',
  },
  'INVALID_REQUEST/stepInput': { message: '--input requires --from-step.', hint: 'Add --from-step ID.' },
  'INVALID_REQUEST/stepState': {
    message: '“{text}” is not a state of a step.',
    hint: 'Use start, done, fail, skip, or a progress such as 0.5 or 50%.',
  },
});

/** The error for an invalid command line; exits with 2. */
export function usageError<K extends keyof typeof usage.table>(
  ...args: Parameters<typeof usage.problem<K>>
): UsageError {
  return new UsageError(usage.problem<K>(...args));
}

/** Other errors. */
export const cliError = defineProblems({
  CWD_MISSING: {
    message: 'The current working directory can’t be used: {reason}.',
    hint: 'Change to one that exists.',
  },
  'CWD_MISSING/deleted': {
    message: 'The current working directory has been deleted.',
    hint: 'Change to one that exists, or use absolute paths, as in --cwd /path.',
  },
  'DAEMON_UNREACHABLE/noResponse': {
    message: 'The daemon (process {pid}) doesn’t respond.',
    hint: 'If it still doesn’t respond later, end it with “kill -9 {pid}”. Running jobs continue.',
  },
  'INPUT_FULL/partlySent': {
    message: 'The input of job {id} is full: its program doesn’t read it.',
    hint: 'The first {sent} of {length} characters were sent. Send the rest when the program has read them.',
  },
  'INVALID_DEFINITION/file': {
    message: '{problem}',
    hint: '“{name}” is defined in this file. To see all problems: jobdeck define check',
  },
  'INVALID_DEFINITION/noFile': {
    message: 'No definition file found.',
    hint: 'Definitions are in .vscode/jobs.json of a folder or in {home}/jobs.json.',
  },
  'INVALID_DEFINITION/unreadable': {
    message: 'Could not read {path}: {reason}.',
    hint: 'Fix or delete it. To run a program, write “--” before it.',
  },
  'INVALID_REQUEST/filterTime': {
    message: '{option} is not a time: {text}.',
    hint: 'Use {forms}, or words such as “last friday”.',
  },
  'INVALID_REQUEST/notText': {
    message: 'The input is not UTF-8 text.',
    hint: 'Let the job read it from a file instead.',
  },
  'UNKNOWN_QUEUE/filter': { message: 'There is no queue “{queue}”.', hint: '{similar}' },
  'INVALID_REQUEST/unknownEngine': { message: 'There is no engine “{engine}”.', hint: '{similar}' },
  'CONNECTION_NOT_FOUND/filter': { message: 'There is no connection “{name}”.', hint: '{similar}' },
  'JOB_NOT_FOUND/group': { message: 'There is no group “{group}”.', hint: '{similar}' },
  'LOG_NOT_FOUND/group': {
    message: '{title} is a group. Only its jobs have logs.',
    hint: 'To list its jobs: jobdeck ls --group {id}',
  },
  'LOG_NOT_FOUND/neverStarted': { message: 'Job {id} has no output: it never started.' },
  'LOG_NOT_FOUND/notStarted': {
    message: 'Job {id} hasn’t started yet.',
    hint: 'To wait for it: jobdeck logs -f {id}',
  },
  NODE_TOO_OLD: {
    message: 'Jobdeck needs Node.js {oldest} or later; this is {version}.',
    hint: 'Install a newer version from https://nodejs.org, or use another one: /path/to/node dist/cli.js',
  },
  OUTPUT_FAILED: {
    message: 'Could not write the output: {reason}.',
    hint: 'Write it somewhere else, or free some space. Jobs keep running.',
  },
});
