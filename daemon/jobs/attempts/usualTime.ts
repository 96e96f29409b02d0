/** Estimates how long a job runs from earlier runs of the same work. */
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { CompletedRun } from '../../store/tables/jobs.ts';

/** Maximum and minimum number of runs for the estimate. */
const latest = 50;
const fewest = 3;
/** Number of the latest completed jobs of the type among which runs are looked for, to bound the cost of each start. */
const among = 500;

type Work = Omit<CompletedRun, 'ms'>;

/**
 * The median run time, in milliseconds, of the latest completed runs of the same definition; without enough of these, of
 * the same command line in the same folder, or of the same task of a connection. Null if there are too few. Jobs that have only
 * their type in common, such as `shell`, say nothing about each other.
 */
export function usualTime(rows: Reads, job: Work & Pick<JobRow, 'type'>): number | null {
  const runs = rows.jobs.latestRuns(job.type, among);
  for (const isSame of [isSameDefinition, isSameCommand, isSameTask]) {
    const same = runs.filter((run) => isSame(run, job)).slice(0, latest);
    if (same.length >= fewest) return median(same.map(({ ms }) => ms));
  }
  return null;
}

function isSameDefinition(run: Work, { definition }: Work): boolean {
  return definition !== null && run.definition === definition;
}

function isSameCommand(run: Work, { commandLine, cwd, connection }: Work): boolean {
  return commandLine !== null && run.commandLine === commandLine && run.cwd === cwd && run.connection === connection;
}

/** The type of a remote job is the name of its task or function. */
function isSameTask(run: Work, { connection }: Work): boolean {
  return connection !== null && run.connection === connection;
}

/** Upper median. */
function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
