/** `jobdeck show`: everything about one job. */
import type { Command } from 'commander';
import type { Job, JobDetail } from '../../shared/job.ts';
import { exitCodes } from '../exitCode.ts';
import { isLogMissing } from '../following/attempt.ts';
import { renderJob } from '../pages/jobPage.ts';
import type { Cli, Runner } from '../runner.ts';

/** Bytes of the log's end that are looked at for its last lines. */
const tailBytes = 8_192;
/** Jobs of a group that are named because they failed. */
const shownFailures = 10;

export function addShow(program: Command, runner: Runner): void {
  program
    .command('show')
    .description('show everything about a job')
    .argument('<id>', 'the job')
    .option('--json', 'print the job with its attempts as JSON')
    .action(runner.act(show));
}

async function show(cli: Cli, id: string): Promise<number> {
  const { out, session } = cli;
  const job = await session.persistently((client) => client.get(id, { resources: true }));
  if (out.json) out.document(job);
  else {
    const [output, failed] = [await lastOutput(cli, job), await failedJobs(cli, job)];
    out.lines(renderJob(job, { now: Date.now(), colors: out.colors, output, failed }));
  }
  return exitCodes.ok;
}

/** The first jobs of a group that failed. */
async function failedJobs({ session }: Cli, { id, children }: JobDetail): Promise<Job[]> {
  if (children === null || children.failed + children.lost === 0) return [];
  const query = { parent: id, status: 'failed,lost', order: 'asc', limit: shownFailures } as const;
  return (await session.persistently((client) => client.list(query))).jobs;
}

async function lastOutput({ session }: Cli, job: JobDetail): Promise<string | null> {
  const attempt = job.attempts.findLast(({ logBytes }) => logBytes !== null && logBytes > 0);
  if (attempt === undefined) return null;
  try {
    const chunk = await session.persistently((client) =>
      client.readLog(job.id, attempt.number, { offset: -tailBytes }),
    );
    const text = chunk.bytes.toString('utf8');
    // Beginning in the middle of a line, or of a character, that line is left out.
    return chunk.offset > 0 ? text.slice(text.indexOf('\n') + 1) : text;
  } catch (error) {
    if (isLogMissing(error)) return null;
    throw error;
  }
}
