/** Reports of a job's script: on the job it runs in, with that job's own token, or on another one. */
import type { Command } from 'commander';
import { readDaemonInfo } from '../shared/client/discovery.ts';
import { DaemonClient } from '../shared/client/http.ts';
import { findAddress, ownJob } from '../shared/client/reporting/address.ts';
import { daemonGone } from '../shared/client/request.ts';
import type { Report } from '../shared/reporting.ts';
import { isTerminal } from '../shared/status.ts';
import { exitCodes } from './exitCode.ts';
import type { Cli } from './runner.ts';
import { UsageError } from './usageError.ts';

export interface ReportOptions {
  job?: string;
  strict?: boolean;
}

/** The options that every report takes. */
export function withReportOptions(command: Command): Command {
  return command
    .option('--job <id>', 'of this job, instead of the one it is called in')
    .option('--strict', 'exit with 1 when the daemon is away')
    .option('--json', 'print how the job stands as JSON; null when the daemon is away');
}

/** Sends a report. A script must not fail because Jobdeck is away: then it is noted and the exit code is 0. */
export async function sendReport(cli: Cli, report: Report, { job, strict = false }: ReportOptions): Promise<number> {
  const own = ownJob(cli.env);
  const id = job ?? own?.id;
  if (id === undefined) {
    throw new UsageError(
      'INVALID_REQUEST',
      'This is not inside of a job.',
      'Call it from a script that Jobdeck runs, or name a job with --job.',
    );
  }
  try {
    const address = job === undefined ? await findAddress(cli.env, own) : await readDaemonInfo(cli.home);
    if (address === null) return away(cli, 'it is not running', strict);
    const reply = await new DaemonClient(address).report(id, report);
    if (!reply.taken && isTerminal(reply.status)) cli.out.note(`The job ${id} has ended: ${reply.status}.`);
    cli.out.result(reply, []);
    return exitCodes.ok;
  } catch (error) {
    if (!daemonGone(error)) throw error;
    return away(cli, error instanceof Error ? error.message.replace(/^.*: |\.$/g, '') : String(error), strict);
  }
}

function away({ out }: Cli, why: string, strict: boolean): number {
  out.note(`The Jobdeck daemon can't be told: ${why}.`);
  out.result(null, []);
  return strict ? exitCodes.failed : exitCodes.ok;
}
