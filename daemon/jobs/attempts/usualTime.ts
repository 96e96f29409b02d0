/** Estimates how long a job runs from the latest completed jobs like it. */
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';

/** Maximum and minimum number of jobs for the estimate. */
const latest = 50;
const fewest = 3;

/**
 * The median run time, in milliseconds, of the latest completed jobs of the same type; if there are enough, only of
 * those with the same command line. Null if there are too few.
 */
export function usualTime(rows: Reads, { type, commandLine }: Pick<JobRow, 'type' | 'commandLine'>): number | null {
  const runs = rows.jobs.latestRuns(type, latest);
  const same = runs.filter((run) => run.commandLine === commandLine);
  const counting = same.length >= fewest ? same : runs;
  return counting.length >= fewest ? median(counting.map(({ ms }) => ms)) : null;
}

/** Upper median. */
function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
