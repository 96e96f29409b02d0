/** Estimates how long a job runs from earlier runs of the same work. */
import type { Reads } from '../../store/reads.ts';
import type { Work } from '../../store/tables/jobs.ts';

/** Maximum and minimum number of runs for the estimate. */
const latest = 50;
const fewest = 3;
/** Number of the latest completed jobs of the type among which runs are looked for, to bound the cost of each start. */
const among = 500;

/**
 * The median run time, in milliseconds, of the latest completed runs of the same definition; without enough of these, of
 * the same command line in the same folder, or of the same task of a connection. Null if there are too few. Jobs that have only
 * their type in common, such as `shell`, say nothing about each other.
 */
export function usualTime(rows: Reads, work: Work): number | null {
  const { definition, commandLine, connection } = work;
  const known = { definition: definition !== null, command: commandLine !== null, task: connection !== null };
  for (const same of ['definition', 'command', 'task'] as const) {
    const runs = known[same] ? rows.jobs.latestRuns(same, work, { among, limit: latest }) : [];
    if (runs.length >= fewest) return median(runs);
  }
  return null;
}

/** Upper median. */
function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
