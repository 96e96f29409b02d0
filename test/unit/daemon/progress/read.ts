/** Shared by the tests of formats and patterns. */
import { OutputReader } from '../../../../daemon/progress/outputReader.ts';
import type { OutputProgress } from '../../../../shared/job.ts';

/** Reads progress from an output as `12/45`, followed by the phase and the message if there are any; null if there is none. */
export function read(output: string, setting: Exclude<OutputProgress, false> = null): string | null {
  const reader = new OutputReader(setting);
  reader.feed(Buffer.from(output));
  reader.settle();
  if (reader.progress === null) return null;
  const { current, total, phase, message } = reader.progress;
  return [`${current}/${total}`, phase, message].filter((part) => part !== null).join(' | ');
}
