/** `jobdeck show`: everything about jobs. */
import type { Command } from 'commander';
import type { Job, JobDetail } from '../../shared/job.ts';
import { isLogMissing } from '../following/attempt.ts';
import { forEach } from '../forEach.ts';
import { lastLines } from '../output/text.ts';
import { renderJob } from '../pages/jobPage.ts';
import { resolveJob } from '../references.ts';
import type { Cli, Runner } from '../runner.ts';

/** Lines of output to show, and bytes at the end of the log that are searched for them. */
const outputLines = 12;
const tailBytes = 65_536;
/** Failed jobs of a group to list. */
const shownFailures = 10;

export function addShow(program: Command, runner: Runner): void {
  program
    .command('show')
    .description('Show details of jobs: attempts, error, timeline, last output')
    .argument('<ids...>', 'Jobs')
    .option('--json', 'Print the job with its attempts as JSON; several as {"jobs", "errors"}')
    .action(runner.act(show));
}

function show(cli: Cli, refs: string[]): Promise<number> {
  const separator = refs.length > 1 ? [''] : [];
  return forEach(cli, refs, {
    act: async (ref) => {
      const id = await resolveJob(cli.session, ref);
      const job = await cli.session.persistently((client) => client.get(id, { resources: true }));
      return { job, lines: cli.out.json ? [] : await page(cli, job) };
    },
    lines: ({ lines }) => [...lines, ...separator],
    one: ({ job }) => job,
    several: (shown) => ({ jobs: shown.map(({ job }) => job) }),
  });
}

async function page(cli: Cli, job: JobDetail): Promise<string[]> {
  const [output, failed] = [await lastOutput(cli, job), await failedJobs(cli, job)];
  return renderJob(job, { now: Date.now(), colors: cli.out.colors, output, failed });
}

/** The first failed jobs of a group. */
async function failedJobs({ session }: Cli, { id, children }: JobDetail): Promise<Job[]> {
  if (children === null || children.failed + children.lost === 0) return [];
  const query = { parent: id, status: 'failed,lost', order: 'asc', limit: shownFailures } as const;
  return (await session.persistently((client) => client.list(query))).jobs;
}

async function lastOutput({ session }: Cli, job: JobDetail): Promise<string[]> {
  const attempt = job.attempts.findLast(({ logBytes }) => logBytes !== null && logBytes > 0);
  if (attempt === undefined) return [];
  try {
    const chunk = await session.persistently((client) =>
      client.readLog(job.id, attempt.number, { offset: -tailBytes }),
    );
    return lastLines(chunk.bytes.toString('utf8'), { isCut: chunk.offset > 0, count: outputLines });
  } catch (error) {
    if (isLogMissing(error)) return [];
    throw error;
  }
}
