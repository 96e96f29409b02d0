/** How a status looks on the command line: a symbol and a word, and a colour that only underlines them. */
import { statusWord } from '../../shared/format.ts';
import type { AttemptStatus } from '../../shared/job.ts';
import { type ShownStatus, type StatusFacts, shownStatus } from '../../shared/status.ts';
import type { Colors } from '../output/colors.ts';

type Paint = Exclude<keyof Colors, 'isColorSupported'>;

const looks: Record<ShownStatus, { symbol: string; paint: Paint }> = {
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

/** A status as text and what colours it; the text alone says everything. */
export interface StatusLook {
  text: string;
  paint(colors: Colors, text: string): string;
}

/** How a job's status looks. */
export function statusLook(job: StatusFacts): StatusLook {
  const { symbol, paint } = looks[shownStatus(job)];
  return { text: `${symbol} ${statusWord(job)}`, paint: (colors, text) => colors[paint](text) };
}

/** How an attempt's status looks. */
export function attemptLook(status: AttemptStatus): StatusLook {
  const look = statusLook({ status: status === 'starting' ? 'pending' : status, cancelRequestedAt: null });
  return status === 'starting' ? { ...look, text: '○ Starting' } : look;
}
