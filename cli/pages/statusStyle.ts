/** The style of a status: a symbol, a word and a color. */
import type { Attempt, Job } from '../../shared/job.ts';
import { type StatusFacts, shownStatus } from '../../shared/status.ts';
import { statusLooks, statusWord } from '../../shared/statusLooks.ts';
import type { Colors } from '../output/colors.ts';

/** A status as text with a color. The text alone is enough, for terminals without colors. */
export interface StatusStyle {
  text: string;
  paint(colors: Colors, text: string): string;
}

/** The style of the status of a job. */
export function statusStyle(job: StatusFacts): StatusStyle {
  const { glyph, ansi } = statusLooks[shownStatus(job)];
  return { text: `${glyph} ${statusWord(job)}`, paint: (colors, text) => colors[ansi](text) };
}

/** The style of the status of an attempt. One that is running is paused or being cancelled if its job is. */
export function attemptStyle({ status, number }: Pick<Attempt, 'status' | 'number'>, job: AttemptFacts): StatusStyle {
  if (status === 'running' && number === job.attempt) return statusStyle({ ...job, status });
  const style = statusStyle({ status: status === 'starting' ? 'pending' : status, cancelRequestedAt: null });
  return status === 'starting' ? { ...style, text: `${statusLooks.pending.glyph} Starting` } : style;
}

type AttemptFacts = StatusFacts & Pick<Job, 'attempt'>;
