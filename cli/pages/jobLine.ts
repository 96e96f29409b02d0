/** A job on one line. */
import { formatDuration, runTime } from '../../shared/format.ts';
import type { Attempt, Job } from '../../shared/job.ts';
import { leftoverSentence } from '../../shared/leftovers.ts';
import { statusWord } from '../../shared/statusLooks.ts';
import { waitSentence } from '../../shared/waits.ts';
import type { Colors } from '../output/colors.ts';
import { printable } from '../output/text.ts';
import { statusStyle } from './statusStyle.ts';

/** `✔ Completed  k3x9…  npm test  12 s` */
export function jobLine(job: Job, colors: Colors, now: number): string {
  const look = statusStyle(job);
  const took = runTime(job, now);
  const waits = waitSentence(job, now);
  const details = [took === null ? waits : formatDuration(took), leftoverSentence(job)].filter((one) => one !== null);
  const parts = [look.paint(colors, look.text), job.id, printable(job.title)];
  return [...parts, ...details.map((detail) => colors.dim(printable(detail)))].join('  ');
}

/** The outcome of a job that didn’t complete, such as `Job k3x9… failed: Exited with code 3.`, and a hint. */
export function endLines(job: Job, { status, error }: Pick<Attempt, 'error'> & { status: string }): string[] {
  const word = status === job.status ? statusWord(job).toLowerCase() : status;
  const reason = error === null ? '.' : `: ${printable(error.message)}`;
  // The output of the command has just shown why it failed.
  const hint = error?.code === 'EXIT_CODE' ? null : (error?.hint ?? null);
  return [`Job ${job.id} ${word}${reason}`, ...(hint === null ? [] : [printable(hint)])];
}
