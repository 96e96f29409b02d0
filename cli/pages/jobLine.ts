/** A job on one line. */

import { failureReason, headlineText } from '../../shared/failureReason.ts';
import { formatDuration, runTime } from '../../shared/format.ts';
import type { Attempt, Job, JobError } from '../../shared/job.ts';
import { leftoverSentence } from '../../shared/leftovers.ts';
import { statusWord } from '../../shared/statusLooks.ts';
import { waitSentence } from '../../shared/waits.ts';
import type { Colors } from '../output/colors.ts';
import { printable } from '../output/text.ts';
import { statusStyle } from './statusStyle.ts';

/** `✔ Completed  k3x9…  npm test  12 s`, and why it failed. */
export function jobLine(job: Job, colors: Colors, now: number): string {
  const look = statusStyle(job);
  const took = runTime(job, now);
  const waits = waitSentence(job, now);
  const reason = job.status === 'failed' && job.error !== null ? failureReason(job.error) : null;
  const details = [took === null ? waits : formatDuration(took), reason, leftoverSentence(job)].filter(
    (one) => one !== null,
  );
  const parts = [look.paint(colors, look.text), job.id, printable(job.title)];
  return [...parts, ...details.map((detail) => colors.dim(printable(detail)))].join('  ');
}

/**
 * The outcome of a job that didn’t complete, and a hint: `Job k3x9… failed: Exited with code 3.`, or with the headline
 * of its program `Job k3x9… failed: 1 failed, 1 passed: test_discount (test_shop.py:9)`.
 */
export function endLines(job: Job, { status, error }: Pick<Attempt, 'error'> & { status: string }): string[] {
  const word = status === job.status ? statusWord(job).toLowerCase() : status;
  const place = error === null || headlineText(error) === null ? '' : placeText(error);
  const reason = error === null ? '.' : `: ${printable(failureReason(error))}${place}`;
  // The output of the command has just shown why it failed.
  const hint = error?.code === 'EXIT_CODE' ? null : (error?.hint ?? null);
  return [`Job ${job.id} ${word}${reason}`, ...(hint === null ? [] : [printable(hint)])];
}

/** ` (test_shop.py:9)`, or nothing if the headline names no place. */
export function placeText({ headline }: JobError): string {
  const place = headline?.place ?? null;
  return place === null ? '' : ` (${printable(place.file)}:${place.line})`;
}
