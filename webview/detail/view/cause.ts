/** Why an attempt failed, in the words of its program if they are known. */
import type { Attempt, Headline, JobDetail, JobError } from '../../../shared/job.ts';
import { hintBesideOutput, hintText, messageText } from '../../../shared/messages/render.ts';
import { t } from '../../texts.ts';

export interface CauseView {
  text: string;
  /** What Jobdeck says about it, if that says more. */
  message: string | null;
  hint: string | null;
  /** The place in a source file, relative to the job's folder if it is in there; null if it isn't known. */
  place: string | null;
  /** Output or traceback of a job without a log here. */
  details: string | null;
  code: string;
  /** Texts to look for in the log, best first. */
  wanted: string[];
}

/** Errors that say only how the program ended, and where to look. */
const unspecific: ReadonlySet<string> = new Set(['EXIT_CODE', 'EXIT_CODE/plain', 'EXIT_CODE/orSignal', 'SIGNAL']);

/** Null if the attempt did not fail. */
export function causeOf(job: JobDetail, attempt: Attempt | null, number: number): CauseView | null {
  const error = attempt?.error ?? (number === job.attempt ? job.error : null);
  if (error === null) return null;
  const headline = error.headline ?? null;
  const message = messageText(error, t);
  const saysMore = !unspecific.has(error.variant === undefined ? error.code : `${error.code}/${error.variant}`);
  const hasLog = job.connection === null && job.children === null;
  const hint = hasLog ? hintBesideOutput(error, t) : hintText(error, t);
  return {
    text: headline?.text ?? message,
    message: headline !== null && saysMore ? message : null,
    hint: saysMore ? hint : null,
    place: inFolder(placeOf(headline), job.cwd),
    details: hasLog || error.details === '' ? null : error.details,
    code: error.code,
    wanted: wantedOf(error),
  };
}

function placeOf(headline: Headline | null): string | null {
  const place = headline?.place ?? null;
  return place === null ? null : `${place.file}:${place.line}`;
}

function inFolder(place: string | null, folder: string | null): string | null {
  if (place === null || !folder || !place.startsWith(folder)) return place;
  const rest = place.slice(folder.length);
  return /^[\\/]./.test(rest) ? rest.slice(1) : place;
}

function wantedOf({ headline = null }: JobError): string[] {
  const place = placeOf(headline);
  return headline === null ? [] : [headline.text, ...(place === null ? [] : [place])];
}
