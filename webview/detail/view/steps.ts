/** Data of a step on the page. */
import { formatDuration, runTime } from '../../../shared/format.ts';
import type { JobDetail, JobError, Step } from '../../../shared/job.ts';
import { hintText, messageText } from '../../../shared/messages/render.ts';
import type { SnapshotMessage } from '../../../shared/panel.ts';
import { canBeginWith, stepWord } from '../../../shared/steps.ts';
import { type Look, stepLooks } from '../../looks.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import type { ShowTime } from '../../times.ts';
import { blockedReason, mayStart } from './actions.ts';

export interface StepView {
  id: string;
  label: string;
  look: Look;
  word: string;
  share: number;
  /** Its kind at the engine. */
  kind: string | null;
  /** Number of attempts, duration and start. */
  notes: string[];
  /** Undefined if it has none. */
  output: unknown;
  error: JobError | null;
  /** Why the job can't currently be rerun from it, if so; null if it never can. */
  rerun: { reason: string | null } | null;
}

/** A step of a job as of `now` (ms). */
export function stepView(
  step: Step,
  state: SnapshotMessage,
  job: JobDetail,
  now: number,
  showTime: ShowTime,
): StepView {
  const { id, label, status, progress, kind, attempts = 1, startedAt, endedAt, output, error = null } = step;
  const took = endedAt === null ? null : runTime({ startedAt, endedAt }, now);
  const began = startedAt === null || job.connection === null ? [] : [showTime(startedAt, now).text];
  return {
    id,
    label,
    look: stepLooks[status],
    word: stepWord(status, t),
    share: progress,
    kind: kind ?? null,
    notes: [
      ...(attempts > 1 ? [fill(strings.stepAttempts, attempts)] : []),
      ...(took === null ? [] : [formatDuration(took, t)]),
      ...began,
    ],
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
