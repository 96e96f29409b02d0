/** What is said about a job on one line. */
import { formatDuration, runTime } from '../../shared/format.ts';
import type { Attempt, Job } from '../../shared/job.ts';
import { statusWord } from '../../shared/statusLooks.ts';
import { waitSentence } from '../../shared/waitSentence.ts';
import type { Colors } from '../output/colors.ts';
import { printable } from '../output/text.ts';
import { statusStyle } from './statusStyle.ts';

/** `✔ Completed  k3x9…  npm test  12 s` */
export function jobLine(job: Job, colors: Colors, now: number): string {
  const look = statusStyle(job);
  const took = runTime(job, now);
  const waits = waitSentence(job, now);
  const parts = [look.paint(colors, look.text), job.id, printable(job.title)];
  return [
    ...parts,
    ...[took === null ? waits : formatDuration(took)].flatMap((told) =>
      told === null ? [] : [colors.dim(printable(told))],
    ),
  ].join('  ');
}

/** How a job ended that did not complete: `Job k3x9… failed: Exited with code 3.`, and what to do. */
export function endLines(job: Job, { status, error }: Pick<Attempt, 'error'> & { status: string }): string[] {
  const word = status === job.status ? statusWord(job).toLowerCase() : status;
  const why = error === null ? '.' : `: ${printable(error.message)}`;
  // Of a command that just failed, its own output has told.
  const hint = error?.code === 'EXIT_CODE' ? null : (error?.hint ?? null);
  return [`Job ${job.id} ${word}${why}`, ...(hint === null ? [] : [printable(hint)])];
}
