/** Builder for rows of the waterfall. Times are in seconds. */
import { statusLooks } from '../../../../../shared/statusLooks.ts';
import type { WaterfallItem } from '../../../../../webview/detail/waterfall/item.ts';

type Given = Partial<Omit<WaterfallItem, 'createdAt' | 'queuedAt' | 'startedAt' | 'endedAt' | 'asOf'>> & {
  created?: number;
  queued?: number;
  started?: number;
  ended?: number;
  asOf?: number;
};

/** A job that ran from second 2 to second 4, unless given otherwise. */
export function anItem({ created, queued, started, ended, asOf = 100, ...over }: Given = {}): WaterfallItem {
  const ms = (seconds: number | undefined) => (seconds === undefined ? null : seconds * 1000);
  const status = over.status ?? 'completed';
  const look = status === 'skipped' ? statusLooks.pending : statusLooks[status];
  return {
    id: 'a',
    name: 'a',
    shortName: over.name ?? 'a',
    depth: 0,
    kind: null,
    status,
    look,
    word: status,
    share: null,
    progress: null,
    attempts: 1,
    error: null,
    createdAt: ms(created ?? queued),
    queuedAt: ms(queued),
    startedAt: ms(started),
    endedAt: ms(ended),
    asOf: asOf * 1000,
    ...over,
  };
}
