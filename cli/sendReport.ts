/** Reports from a job’s script: on the current job with its own token, or on another job. */
import type { Command } from 'commander';
import { readDaemonInfo } from '../shared/client/discovery.ts';
import { DaemonClient } from '../shared/client/http.ts';
import { findAddress, ownJob } from '../shared/client/reporting/address.ts';
import { daemonGone } from '../shared/client/request.ts';
import type { Report } from '../shared/reporting.ts';
import { isTerminal } from '../shared/status.ts';
import { exitCodes } from './exitCode.ts';
import { usageError } from './problems.ts';
import type { Cli } from './runner.ts';

export interface ReportOptions {
  job?: string;
  strict?: boolean;
}

/** Adds the options of all reports. */
export function withReportOptions(command: Command): Command {
  return command
    .option('--job <id>', 'Report on this job instead of the current one')
    .option('--strict', 'Exit with 1 if the daemon can’t be reached')
    .option('--json', 'Print the state of the job as JSON; null if the daemon can’t be reached');
}

/** Sends a report. A script must not fail because the daemon is gone: this is noted and the exit code is 0. */
export async function sendReport(cli: Cli, report: Report, { job, strict = false }: ReportOptions): Promise<number> {
  const own = ownJob(cli.env);
  const ref = job ?? own?.id;
  if (ref === undefined) {
    throw usageError('INVALID_REQUEST/notInJob');
  }
  try {
    const address = job === undefined ? await findAddress(cli.env, own) : await readDaemonInfo(cli.home);
    if (address === null) return unreachable(cli, 'it is not running', strict);
    const client = new DaemonClient(address);
    const [id = ref] = job === undefined ? [ref] : await client.resolve([job]);
    const reply = await client.report(id, report);
    if (!reply.taken && isTerminal(reply.status)) cli.out.note(`Job ${id} is already finished: ${reply.status}.`);
    cli.out.result(reply, []);
    return exitCodes.ok;
  } catch (error) {
    if (!daemonGone(error)) throw error;
    return unreachable(cli, error instanceof Error ? error.message.replace(/^.*: |\.$/g, '') : String(error), strict);
  }
}

function unreachable({ out }: Cli, reason: string, strict: boolean): number {
  out.note(`Could not report to the Jobdeck daemon: ${reason}.`);
  out.result(null, []);
  return strict ? exitCodes.failed : exitCodes.ok;
}
