/** Measures the logs of all jobs. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface LogSize {
  path: string;
  jobId: string;
  /** On the disk: a log with a hole takes less than its length. */
  bytes: number;
}

/** Jobs examined at once, so that a long history doesn't block other work. */
const chunk = 200;

/** The sizes of all logs, in no order. */
export async function logSizes(root: string): Promise<LogSize[]> {
  const sizes: LogSize[] = [];
  const jobs = namesIn(root);
  for (const [index, jobId] of jobs.entries()) {
    if (index % chunk === chunk - 1) await new Promise((resume) => setImmediate(resume));
    for (const name of namesIn(join(root, jobId))) {
      const path = join(root, jobId, name);
      const bytes = diskBytes(path);
      if (bytes !== null && name.endsWith('.log')) sizes.push({ path, jobId, bytes });
    }
  }
  return sizes;
}

/** The bytes that a file takes on the disk; null if there is none. */
export function diskBytes(path: string): number | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return null;
  // Windows has no blocks.
  return stats.blocks === undefined || stats.blocks === 0 ? stats.size : Math.min(stats.size, stats.blocks * 512);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // It was removed, or it is a file.
  }
}
