/** `jobdeck run`: submit, follow the log, exit as the job does. */
import type { Command } from 'commander';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail } from '../../shared/job.ts';
import { exitCodeOf } from '../exitCode.ts';
import { type AttemptEnd, attemptEnd, currentAttempt, followAttempt, isLogMissing } from '../following/attempt.ts';
import { pumpInput, textOf } from '../following/input.ts';
import { detachable, type EndSignal, signalExitCode } from '../following/signals.ts';
import { endLines } from '../pages/jobLine.ts';
import type { Cli, Runner } from '../runner.ts';
import { actOnCommand, submitRequest } from '../submitting/commandOrName.ts';
import { type SubmitOptions, withCommand } from '../submitting/options.ts';

export function addRun(program: Command, runner: Runner, argv: readonly string[]): void {
  withCommand(program.command('run').description('run a command, follow its output and exit with its exit code'))
    .addHelpText('after', 'Ctrl-C cancels the job; a second Ctrl-C leaves it. With --json the output goes to stderr.')
    .action(
      actOnCommand({ program, runner, argv, verb: 'run' }, (cli, words, options) => run(cli, argv, words, options)),
    );
}

async function run(cli: Cli, argv: readonly string[], words: string[], options: SubmitOptions): Promise<number> {
  const { session, out } = cli;
  const request = await submitRequest(cli, argv, words, options);
  let cancelling: Promise<void> | null = null;
  const submitted = session
    .once((client) => client.submitOnce(request))
    .then(({ job, created }) => {
      if (!created) out.note(`Job ${job.id} has this key already; nothing was started.`);
      return job;
    });
  const end = await detachable(
    async (signal) => {
      const job = await submitted;
      if (request.stdin === true) void passInput(cli, job, signal);
      return followToEnd(cli, job, signal);
    },
    (signal, count) => {
      if (signal !== 'SIGINT' || count > 1) return false;
      // What keeps the job from being submitted is reported where it is waited for.
      cancelling = submitted.then(
        (job) => cancel(cli, job.id),
        () => undefined,
      );
      return true;
    },
  );
  if (end.detachedBy !== null) {
    // Leaving before the daemon has heard of it would leave the job running.
    await cancelling;
    return detach(cli, await submitted, end.detachedBy, cancelling !== null);
  }
  const { job, outcome } = end.value;
  if (out.json) out.document(job);
  if (outcome.status !== 'completed') for (const line of endLines(job, outcome)) out.note(line);
  return exitCodeOf(outcome);
}

async function followToEnd({ session, out }: Cli, job: JobDetail, signal: AbortSignal): Promise<AttemptEnd> {
  const first = currentAttempt(job);
  // Cancelled already with a job it was to run after: it has no attempt, and no log.
  if (first === 0) return { job, outcome: job };
  out.aside(`Job ${job.id}. Ctrl-C cancels it.`);
  for (let attempt = first; ; attempt += 1) {
    try {
      await followAttempt(session, job.id, attempt, { signal, write: (bytes) => out.writeLog(bytes) });
    } catch (error) {
      if (!isLogMissing(error)) throw error;
    }
    const end = await attemptEnd(session, job.id, attempt, signal);
    // After a failed attempt its policy has added another one.
    if (job.retry === null || end.job.attempt <= attempt) return end;
    out.note(`Attempt ${attempt} failed. Attempt ${attempt + 1} follows.`);
  }
}

/** Passes this standard input on, beside what else is done; what fails is told, and the job goes on without. */
async function passInput({ session, out }: Cli, job: JobDetail, signal: AbortSignal): Promise<void> {
  try {
    await pumpInput(session, job, textOf(process.stdin), signal);
  } catch (error) {
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    out.note(`No more input is passed on: ${reason} “jobdeck send ${job.id}” can send the rest, and end it.`);
  }
}

async function cancel({ session, out }: Cli, id: string): Promise<void> {
  out.note(`Cancelling job ${id}. It is killed if it does not stop in time; Ctrl-C again leaves it to that.`);
  try {
    await session.persistently((client) => client.cancel(id));
  } catch (error) {
    // Then its end is on its way here.
    if (error instanceof JobdeckError && error.code === 'JOB_ALREADY_ENDED') return;
    out.note(error instanceof Error ? error.message : String(error));
  }
}

async function detach({ session, out }: Cli, job: JobDetail, signal: EndSignal, cancelling: boolean): Promise<number> {
  out.note(
    cancelling
      ? `Detached. Job ${job.id} is still being cancelled; see “jobdeck show ${job.id}”.`
      : `Detached. Job ${job.id} runs on: “jobdeck logs -f ${job.id}” follows it, “jobdeck cancel ${job.id}” ends it.`,
  );
  // The job as it is now; as it was submitted when the daemon can't be asked.
  if (out.json) out.document(await session.once((client) => client.get(job.id)).catch(() => job));
  return signalExitCode(signal);
}
