/** How long jobs like this one usually run, by the latest that completed. */
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';

/** How many of the latest jobs are considered, and how many there must be. */
const latest = 50;
const fewest = 3;

/**
 * The median time, in milliseconds, of the latest completed jobs of the type; of those with the same command line where
 * there are enough. Null when there are too few to say.
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
