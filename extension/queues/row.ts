/** Rows of queues. Pure. */

import { formatDuration } from '../../shared/format.ts';
import type { Queue } from '../../shared/job.ts';
import { oneLine, type Translate } from '../base/text.ts';
import type { RowIcon } from '../row/icons.ts';
import type { Row } from '../row/row.ts';

/** The queue of jobs without a queue. It can't be removed. */
export const defaultQueue = 'default';

const pausedIcon: RowIcon = { icon: 'debug-pause', color: 'charts.yellow' };
const busyIcon: RowIcon = { icon: 'play-circle', color: 'charts.blue' };
const idleIcon: RowIcon = { icon: 'list-ordered', color: 'foreground' };

/** The row of a queue: its running and waiting jobs, and its limits. */
export function renderQueue(queue: Queue, t: Translate): Row {
  const { name, paused, running } = queue;
  const description = describeQueue(queue, t);
  return {
    label: oneLine(name),
    description,
    icon: paused ? pausedIcon : running > 0 ? busyIcon : idleIcon,
    context: queueTokens(queue).join(' '),
    spoken: [t('Queue {0}', oneLine(name)), description].join(', '),
  };
}

/** Description of a queue: `paused · 1 of 2 running · 5 waiting · 3 starts per 1 min`. */
export function describeQueue({ paused, running, waiting, concurrency, rate }: Queue, t: Translate): string {
  return [
    ...(paused ? [t('paused')] : []),
    concurrency === null ? t('{0} running', running) : t('{0} of {1} running', running, concurrency),
    t('{0} waiting', waiting),
    ...(rate === null ? [] : [t('{0} starts per {1}', rate.count, formatDuration(rate.periodMs, t))]),
  ].join(' · ');
}

/** Menu tokens of a queue. */
export function queueTokens({ name, paused }: Pick<Queue, 'name' | 'paused'>): string[] {
  return ['queue', paused ? 'resumable' : 'pausable', ...(name === defaultQueue ? [] : ['removable'])];
}
