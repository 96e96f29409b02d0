/** What is thrown, as an error people can be shown. */
import { JobdeckError } from '../../shared/errors.ts';
import { said, type Translate } from '../text.ts';

/** The error itself when it is an expected one, else an `INTERNAL` one with what it said and the defect as its cause. */
export function toJobdeckError(error: unknown): JobdeckError {
  if (error instanceof JobdeckError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const defect = new JobdeckError('INTERNAL', said, 'This is a defect in Jobdeck; its log has more.');
  defect.cause = error;
  return defect;
}

/** What went wrong and what to do, in the reader's language, as one text. */
export function inWords({ message, hint }: { message: string; hint: string | null }, t: Translate): string {
  return [said(message, t), said(hint, t) ?? ''].join(' ').trim();
}

/** Start errors that go away by themselves; anything else stays until somebody changes something. */
export function isPassing(error: JobdeckError): boolean {
  return error.code === 'DAEMON_UNREACHABLE' || error.code === 'DAEMON_ALREADY_RUNNING';
}
