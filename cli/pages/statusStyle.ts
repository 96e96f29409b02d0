/** How a status looks on the command line: a symbol, a word and a color. */
import { statusWord } from '../../shared/format.ts';
import type { AttemptStatus } from '../../shared/job.ts';
import { type ShownStatus, type StatusFacts, shownStatus } from '../../shared/status.ts';
import type { Colors } from '../output/colors.ts';

type Paint = Exclude<keyof Colors, 'isColorSupported'>;

const styles: Record<ShownStatus, { symbol: string; paint: Paint }> = {
  pending: { symbol: '○', paint: 'cyan' },
  waiting: { symbol: '◔', paint: 'cyan' },
  running: { symbol: '▶', paint: 'blue' },
  cancelling: { symbol: '◌', paint: 'yellow' },
  paused: { symbol: '‖', paint: 'yellow' },
  completed: { symbol: '✔', paint: 'green' },
  failed: { symbol: '✖', paint: 'red' },
  cancelled: { symbol: '⊘', paint: 'yellow' },
  lost: { symbol: '?', paint: 'magenta' },
};

/** A status as text and its color. The text is enough on its own, for terminals without colors. */
export interface StatusStyle {
  text: string;
  paint(colors: Colors, text: string): string;
}

/** How a job's status looks. */
export function statusStyle(job: StatusFacts): StatusStyle {
  const { symbol, paint } = styles[shownStatus(job)];
  return { text: `${symbol} ${statusWord(job)}`, paint: (colors, text) => colors[paint](text) };
}

/** How an attempt's status looks. */
export function attemptStyle(status: AttemptStatus): StatusStyle {
  const style = statusStyle({ status: status === 'starting' ? 'pending' : status, cancelRequestedAt: null });
  return status === 'starting' ? { ...style, text: '○ Starting' } : style;
}
