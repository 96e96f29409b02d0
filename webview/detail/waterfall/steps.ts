/** The steps of a job as rows of the waterfall. */
import { formatWholeShare } from '../../../shared/format.ts';
import type { Step } from '../../../shared/job.ts';
import { messageText } from '../../../shared/messages/render.ts';
import { stepWord } from '../../../shared/steps.ts';
import { stepLooks } from '../../looks.ts';
import { t } from '../../texts.ts';
import { timeOf } from './children.ts';
import type { WaterfallItem } from './item.ts';

/** Maximum depth that is drawn. */
const maxDepth = 3;

/** A step of a job as of `now` (ms). `steps`: all steps of the job. */
export function stepItem(step: Step, steps: readonly Step[], now: number): WaterfallItem {
  const { id, label, status, progress, kind = null, attempts = 1, startedAt, endedAt, error = null } = step;
  return {
    id,
    name: label,
    shortName: label,
    depth: depthOf(step, steps),
    kind,
    status,
    look: stepLooks[status],
    word: stepWord(status, t),
    share: progress,
    progress: progress > 0 && progress < 1 ? formatWholeShare(progress, t) : null,
    attempts,
    createdAt: null,
    // The time at which a step is queued is not known.
    queuedAt: null,
    startedAt: timeOf(startedAt),
    endedAt: timeOf(endedAt),
    asOf: now,
    error: error === null ? null : (error.headline?.text ?? messageText(error, t)),
  };
}

function depthOf({ parentId }: Step, steps: readonly Step[]): number {
  let depth = 0;
  let above = parentId;
  while (above !== null && depth < maxDepth) {
    depth += 1;
    above = steps.find(({ id }) => id === above)?.parentId ?? null;
  }
  return depth;
}
