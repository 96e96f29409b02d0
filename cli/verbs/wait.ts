/** `jobdeck wait`: wait until jobs finish. */
import type { Command } from 'commander';
import { waitForJobs } from '../../shared/client/wait.ts';
import type { JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { exitCodeOf, exitCodes } from '../exitCode.ts';
import { detachable, signalExitCode } from '../following/signals.ts';
import { jobLine } from '../pages/jobLine.ts';
import { resolveJobs } from '../references.ts';
import type { Cli, Runner } from '../runner.ts';

export function addWait(program: Command, runner: Runner): void {
  program
    .command('wait')
    .description('Wait until jobs finish and exit with the first exit code that isn’t 0')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job as JSON; several as {"jobs"}')
    .addHelpText('after', '\nCtrl+C stops waiting; the jobs keep running.')
    .action(runner.act(wait));
}

async function wait(cli: Cli, refs: string[]): Promise<number> {
  const { session, out } = cli;
  const ids = await resolveJobs(session, refs);
  const read = () => Promise.all(ids.map((id) => session.persistently((client) => client.get(id))));
  const end = await detachable(async (signal) => {
    const now = await read();
    if (now.every(({ status }) => isTerminal(status))) return now;
    await session.persistently((client) => waitForJobs(client, ids, (job) => isTerminal(job.status), signal));
    return read();
  });
  if (end.detachedBy !== null) return stopWaiting(cli, ids, end.detachedBy, read);
  out.result(
    asDocument(end.value),
    end.value.map((job) => jobLine(job, out.colors, Date.now())),
  );
  return end.value.map(codeOf).find((code) => code !== exitCodes.ok) ?? exitCodes.ok;
}

/** A group has no exit code. */
function codeOf(job: JobDetail): number {
  if (job.children === null) return exitCodeOf(job);
  return job.status === 'completed' ? exitCodes.ok : exitCodes.failed;
}

async function stopWaiting(
  { out }: Cli,
  ids: string[],
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP',
  read: () => Promise<JobDetail[]>,
): Promise<number> {
  out.note(`Stopped waiting. ${ids.length === 1 ? `Job ${ids[0]} keeps` : 'The jobs keep'} running.`);
  if (out.json) out.document(asDocument(await read()));
  return signalExitCode(signal);
}

function asDocument(jobs: JobDetail[]): unknown {
  return jobs.length === 1 ? jobs[0] : { jobs };
}
