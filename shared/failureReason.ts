/** The first words about a failed job. */
import type { JobError } from './job.ts';
import { messageText } from './messages/render.ts';
import { type Translate, untranslated } from './translate.ts';

/** Errors that say how the command ended, but not why. */
const unexplained: readonly string[] = ['EXIT_CODE', 'SIGNAL'];

/**
 * What went wrong, in one sentence: what the program said about it, unless the error itself names the cause. A known cause, such
 * as a port in use, is plainer than the exception it led to.
 */
export function failureReason(error: JobError, t: Translate = untranslated): string {
  return headlineText(error) ?? messageText(error, t);
}

/** What the program said about the failure, if that is the best explanation; otherwise null. */
export function headlineText({ code, headline }: Pick<JobError, 'code' | 'headline'>): string | null {
  return unexplained.includes(code) ? (headline?.text ?? null) : null;
}
