/** Data of a step on the page. */
import type { JobDetail, JobError, Step } from '../../../shared/job.ts';
import { hintText, messageText } from '../../../shared/messages/render.ts';
import type { SnapshotMessage } from '../../../shared/panel.ts';
import { canBeginWith } from '../../../shared/steps.ts';
import { t } from '../../texts.ts';
import type { WaterfallItem } from '../waterfall/item.ts';
import { stepItem } from '../waterfall/steps.ts';
import { blockedReason, mayStart } from './actions.ts';

export interface StepView {
  /** Its row. */
  item: WaterfallItem;
  /** Undefined if it has none. */
  output: unknown;
  error: JobError | null;
  /** Why the job can't currently be rerun from it, if so; null if it never can. */
  rerun: { reason: string | null } | null;
}

/** A step of a job as of `now` (ms). */
export function stepView(step: Step, state: SnapshotMessage, job: JobDetail, now: number): StepView {
  const { output, error = null } = step;
  return {
    item: stepItem(step, job.steps, now),
    output: output ?? undefined,
    error: error === null ? null : { ...error, message: messageText(error, t), hint: hintText(error, t) },
    rerun: rerunOf(step, state, job),
  };
}

/** Null unless the engine supports it. Few do, and the job's actions already give the reason. */
function rerunOf(step: Step, state: SnapshotMessage, { retryFromStep }: JobDetail): StepView['rerun'] {
  if (!retryFromStep.allowed || !canBeginWith(step)) return null;
  return { reason: blockedReason(state) ?? mayStart(state, retryFromStep) };
}
