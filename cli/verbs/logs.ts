/** `jobdeck logs`: the output of an attempt, so far or as it comes. */
import type { Command } from 'commander';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { exitCodes } from '../exitCode.ts';
import { currentAttempt, followAttempt } from '../following/attempt.ts';
import { LogDocument } from '../following/logDocument.ts';
import { readUntil, tailOffset } from '../following/logReading.ts';
import { detachable, signalExitCode } from '../following/signals.ts';
import { printable } from '../output/text.ts';
import type { Cli, Runner } from '../runner.ts';
import { positive } from '../values/numbers.ts';

interface LogsOptions {
  follow?: boolean;
  attempt?: number;
  tail?: number;
}

export function addLogs(program: Command, runner: Runner): void {
  program
    .command('logs')
    .description('print the output of a job')
    .argument('<id>', 'the job')
    .option('-f, --follow', 'go on until the job ends; Ctrl-C stops following, the job runs on')
    .option('--attempt <number>', 'this attempt instead of the latest', positive)
    .option('-n, --tail <lines>', 'only the last lines', positive)
    .option('--json', 'print one JSON document: {"id", "attempt", "offset", "text", "size", "ended"}')
    .action(runner.act(logs));
}

async function logs(cli: Cli, id: string, options: LogsOptions): Promise<number> {
  const { session, out } = cli;
  const job = await session.persistently((client) => client.get(id));
  if (job.children !== null) throw ofGroup(job);
  const follow = options.follow === true;
  const attempt = options.attempt ?? (follow ? currentAttempt(job) : job.attempt);
  if (attempt === 0) throw noOutput(job);

  const offset = options.tail === undefined ? 0 : await tailOffset(session, id, attempt, options.tail);
  const document = out.json ? new LogDocument(out, { id, attempt, offset }) : null;
  const write = (bytes: Uint8Array) => (document === null ? out.writeLog(bytes) : document.write(bytes));
  try {
    if (follow) return await followUntilEnd(cli, { id, attempt, offset }, write, document);
    await readUntil(session, id, attempt, offset, write);
    await document?.end(attempt < job.attempt || isTerminal(job.status));
    return exitCodes.ok;
  } catch (error) {
    // One document it stays: what is on its way can only be brought to its end.
    if (!document?.begun) throw error;
    await document.end(false, error);
    return exitCodes.failed;
  }
}

async function followUntilEnd(
  { session, out }: Cli,
  { id, attempt, offset }: { id: string; attempt: number; offset: number },
  write: (bytes: Uint8Array) => Promise<void>,
  document: LogDocument | null,
): Promise<number> {
  const end = await detachable((signal) => followAttempt(session, id, attempt, { offset, signal, write }));
  await document?.end(end.detachedBy === null);
  if (end.detachedBy === null) return exitCodes.ok;
  out.note(`Stopped following. Job ${id} runs on; “jobdeck cancel ${id}” ends it.`);
  return signalExitCode(end.detachedBy);
}

function ofGroup({ id, title }: JobDetail): JobdeckError {
  const message = `${printable(title)} is a group: each of its jobs has a log of its own.`;
  return new JobdeckError('LOG_NOT_FOUND', message, `See which: jobdeck ls --group ${id}`);
}

function noOutput({ id, status }: JobDetail): JobdeckError {
  return isTerminal(status)
    ? new JobdeckError('LOG_NOT_FOUND', `Job ${id} has no output: it never started.`)
    : new JobdeckError('LOG_NOT_FOUND', `Job ${id} has not started yet.`, `Wait for it: jobdeck logs -f ${id}`);
}
