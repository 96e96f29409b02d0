/** What the tests of single forms share. */
import { OutputReader } from '../../../../daemon/progress/outputReader.ts';
import type { OutputProgress } from '../../../../shared/job.ts';

/** What is read in this output: `12/45`, with phase and message where there are any; null for no progress. */
export function read(output: string, how: Exclude<OutputProgress, false> = null): string | null {
  const reader = new OutputReader(how);
  reader.feed(Buffer.from(output));
  reader.settle();
  if (reader.progress === null) return null;
  const { current, total, phase, message } = reader.progress;
  return [`${current}/${total}`, phase, message].filter((part) => part !== null).join(' | ');
}
