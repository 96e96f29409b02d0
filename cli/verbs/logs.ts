/** `jobdeck logs`: the output of jobs. */
import type { Command } from 'commander';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { exitCodes } from '../exitCode.ts';
import { currentAttempt, followAttempt } from '../following/attempt.ts';
import { LogDocument } from '../following/logDocument.ts';
import { readUntil, tailStart } from '../following/logReading.ts';
import { detachable, signalExitCode } from '../following/signals.ts';
import { toErrorBody, toJson } from '../output/output.ts';
import { printable } from '../output/text.ts';
import { cliError, usageError } from '../problems.ts';
import { resolveJob } from '../references.ts';
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
    .alias('log')
    .description('Print the output of jobs')
    .argument('<ids...>', 'Jobs')
    .option('-f, --follow', 'Follow the output until the job finishes')
    .option('-n, --tail <lines>', 'Only the last lines', positive)
    .option('--attempt <number>', 'This attempt instead of the latest one', positive)
    .option('--json', 'Print {"id", "attempt", "offset", "text", "size", "ended"} as JSON; several as {"logs"}')
    .addHelpText('after', '\nWith --follow, Ctrl+C stops following; the job keeps running.')
    .action(runner.act(logs));
}

function logs(cli: Cli, refs: string[], options: LogsOptions): Promise<number> {
  const [only] = refs;
  if (refs.length === 1 && only !== undefined) return printLog(cli, only, options);
  if (options.follow === true) throw usageError('INVALID_REQUEST/followOneJob');
  return printLogs(cli, refs, options);
}

/** Prints the logs one after the other. Exit code 1 if any of them failed. */
async function printLogs(cli: Cli, refs: string[], options: LogsOptions): Promise<number> {
  const { out } = cli;
  let exitCode: number = exitCodes.ok;
  for (const [index, ref] of refs.entries()) {
    if (out.json) await out.write(index === 0 ? '{"logs":[' : ',');
    else out.lines([...(index === 0 ? [] : ['']), `==> ${printable(ref)} <==`]);
    try {
      exitCode = Math.max(exitCode, await printLog(cli, ref, options));
      out.endLog();
    } catch (error) {
      if (!(error instanceof JobdeckError)) throw error;
      if (out.json) await out.write(toJson({ id: ref, error: toErrorBody(error) }));
      else out.fail(error);
      exitCode = exitCodes.failed;
    }
  }
  if (out.json) await out.write(']}\n');
  return exitCode;
}

async function printLog(cli: Cli, ref: string, options: LogsOptions): Promise<number> {
  const { session, out } = cli;
  const id = await resolveJob(session, ref);
  const job = await session.persistently((client) => client.get(id));
  if (job.children !== null) throw ofGroup(job);
  const follow = options.follow === true;
  const attempt = options.attempt ?? (follow ? currentAttempt(job) : job.attempt);
  if (attempt === 0) throw noOutput(job);

  const { offset, cut } =
    options.tail === undefined ? { offset: 0, cut: false } : await tailStart(session, id, attempt, options.tail);
  if (cut) out.note('The output begins within a line of more than 16 MB.');
  const document = out.json ? new LogDocument(out, { id, attempt, offset }) : null;
  const write = (bytes: Uint8Array) => (document === null ? out.writeLog(bytes) : document.write(bytes));
  try {
    if (follow) return await followUntilEnd(cli, { id, attempt, offset }, write, document);
    await readUntil(session, id, attempt, offset, write);
    await document?.end(attempt < job.attempt || isTerminal(job.status));
    return exitCodes.ok;
  } catch (error) {
    // A document that has begun must be completed.
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
  out.note(`Stopped following. Job ${id} keeps running. To cancel it: jobdeck cancel ${id}`);
  return signalExitCode(end.detachedBy);
}

function ofGroup({ id, title }: JobDetail): JobdeckError {
  return cliError('LOG_NOT_FOUND/group', { id, title: printable(title) });
}

function noOutput({ id, status }: JobDetail): JobdeckError {
  return isTerminal(status)
    ? cliError('LOG_NOT_FOUND/neverStarted', { id })
    : cliError('LOG_NOT_FOUND/notStarted', { id });
}
