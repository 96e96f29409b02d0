/** How a status looks on the command line: a symbol, a word and a color. */
import type { AttemptStatus } from '../../shared/job.ts';
import { type StatusFacts, shownStatus } from '../../shared/status.ts';
import { statusLooks, statusWord } from '../../shared/statusLooks.ts';
import type { Colors } from '../output/colors.ts';

/** A status as text and its color. The text is enough on its own, for terminals without colors. */
export interface StatusStyle {
  text: string;
  paint(colors: Colors, text: string): string;
}

/** How a job's status looks. */
export function statusStyle(job: StatusFacts): StatusStyle {
  const { glyph, ansi } = statusLooks[shownStatus(job)];
  return { text: `${glyph} ${statusWord(job)}`, paint: (colors, text) => colors[ansi](text) };
}

/** How an attempt's status looks. */
export function attemptStyle(status: AttemptStatus): StatusStyle {
  const style = statusStyle({ status: status === 'starting' ? 'pending' : status, cancelRequestedAt: null });
  return status === 'starting' ? { ...style, text: `${statusLooks.pending.glyph} Starting` } : style;
}
