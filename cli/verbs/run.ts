/** `jobdeck run`: submit a job, follow its output and exit with its exit code. */
import type { Command } from 'commander';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { exitCodeOf } from '../exitCode.ts';
import { type AttemptEnd, attemptEnd, currentAttempt, followAttempt, isLogMissing } from '../following/attempt.ts';
import { isInputGiven, pumpInput, textOf } from '../following/input.ts';
import { detachable, type EndSignal, signalExitCode } from '../following/signals.ts';
import { endLines } from '../pages/jobLine.ts';
import type { Cli, Runner } from '../runner.ts';
import { actOnCommand, submitRequest } from '../submitting/commandOrName.ts';
import { type SubmitOptions, withCommand } from '../submitting/options.ts';
import { submitted } from '../submitting/submitted.ts';
import { submit } from './submit.ts';

interface RunVerbOptions extends SubmitOptions {
  detach?: boolean;
}

export function addRun(program: Command, runner: Runner, argv: readonly string[]): void {
  const verb = program
    .command('run')
    .description('Run a command, follow its output and exit with its exit code')
    .option('-d, --detach', 'Run in the background and print the job ID, as “jobdeck submit” does');
  withCommand(verb)
    .addHelpText(
      'after',
      'Ctrl+C interrupts the job; a second Ctrl+C leaves it running. With --json, the output goes to stderr.',
    )
    .action(
      actOnCommand<RunVerbOptions>({ program, runner, argv }, (cli, words, { detach, ...options }) =>
        detach ? submit(cli, argv, words, options) : run(cli, argv, words, options),
      ),
    );
}

/**
 * Input is not passed on unless it is asked for: a job in a loop such as `while read line` would take the input of the
 * loop, and one in a CI script would wait for the end of an input that has none.
 */
const noInput = 'The job gets no input. To pass on standard input, add --stdin. To hide this note, add </dev/null.';

async function run(cli: Cli, argv: readonly string[], words: string[], options: SubmitOptions): Promise<number> {
  const request = await submitRequest(cli, argv, words, options);
  if (request.stdin !== true && isInputGiven()) cli.out.note(noInput);
  let interrupting: Promise<void> | null = null;
  const submission = submitted(cli, request);
  const end = await detachable(
    async (signal) => {
      const job = await submission;
      if (request.stdin === true) void passInput(cli, job, signal);
      return followToEnd(cli, job, signal);
    },
    (signal, count) => {
      if (signal !== 'SIGINT' || count > 1) return false;
      // A failed submission is reported where it is awaited.
      interrupting = submission.then(
        (job) => interrupt(cli, job.id),
        () => undefined,
      );
      return true;
    },
  );
  if (end.detachedBy !== null) {
    // Leaving before the daemon has received the request would leave the job running.
    await interrupting;
    return detach(cli, await submission, end.detachedBy);
  }
  const { out } = cli;
  const { job, outcome } = end.value;
  if (out.json) out.document(job);
  if (outcome.status !== 'completed') for (const line of endLines(job, outcome)) out.note(line);
  return exitCodeOf(outcome);
}

async function followToEnd({ session, out }: Cli, job: JobDetail, signal: AbortSignal): Promise<AttemptEnd> {
  const first = currentAttempt(job);
  // Cancelled together with a job it depends on: it has no attempt and no log.
  if (first === 0) return { job, outcome: job };
  out.aside(`Job ${job.id}. Press Ctrl+C to interrupt it.`);
  for (let attempt = first; ; attempt += 1) {
    try {
      await followAttempt(session, job.id, attempt, { signal, write: (bytes) => out.writeLog(bytes) });
    } catch (error) {
      if (!isLogMissing(error)) throw error;
      if (error.code === 'LOG_UNUSABLE') out.note(error.message);
    }
    out.endLog();
    const end = await attemptEnd(session, job.id, attempt, signal);
    // The retry policy adds an attempt after a failed one.
    if (job.retry === null || end.job.attempt <= attempt) return end;
    out.note(`Attempt ${attempt} failed. Continuing with attempt ${attempt + 1}.`);
  }
}

/** Passes standard input on. A failure is only noted: the job continues without input. */
async function passInput({ session, out }: Cli, job: JobDetail, signal: AbortSignal): Promise<void> {
  try {
    await pumpInput(session, job, textOf(process.stdin), signal);
  } catch (error) {
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    out.note(`Could not pass on all input: ${reason} To send the rest: jobdeck send ${job.id}`);
  }
}

/** Passes Ctrl+C on, as a terminal would. The program decides what to do about it. */
async function interrupt({ session, out }: Cli, id: string): Promise<void> {
  const choices = `Press Ctrl+C again to leave the job running in the background, or run “jobdeck cancel ${id}” to stop it.`;
  try {
    const { status } = await session.persistently((client) => client.cancel(id, 'SIGINT'));
    if (!isTerminal(status)) out.note(`Sent SIGINT. ${choices}`);
  } catch (error) {
    // Its end arrives in the next moment.
    if (error instanceof JobdeckError && error.code === 'JOB_ALREADY_ENDED') return;
    out.note(`${error instanceof Error ? error.message : String(error)} ${choices}`);
  }
}

async function detach({ session, out }: Cli, job: JobDetail, signal: EndSignal): Promise<number> {
  out.note(
    `Detached. Job ${job.id} keeps running. To follow it: jobdeck logs -f ${job.id}. To cancel it: jobdeck cancel ${job.id}`,
  );
  // Falls back to the job as submitted if the daemon can't be reached.
  if (out.json) out.document(await session.once((client) => client.get(job.id)).catch(() => job));
  return signalExitCode(signal);
}
