/** Applies reports to one step. Pure. */
import type { Step, StepStatus } from '../../../shared/job.ts';
import type { ReportOf } from '../../../shared/reporting.ts';

const rank: Record<StepStatus, number> = { pending: 0, running: 1, completed: 2, failed: 2, skipped: 2 };

/** Whether a step with this status has ended. */
export function isOver(status: StepStatus): boolean {
  return rank[status] === 2;
}

/** The step after a report. A `late` report, which arrives after a newer one, undoes nothing. */
export function moved(
  step: Step,
  report: Pick<ReportOf<'step'>, 'progress' | 'status'>,
  now: number,
  late: boolean,
): Step {
  const status = report.status ?? statusBy(step.status, report.progress);
  if (late && rank[status] < rank[step.status]) return step;
  const reported = status === 'completed' ? 1 : (report.progress ?? (status === 'pending' ? 0 : step.progress));
  const progress = late ? Math.max(step.progress, reported) : reported;
  return { ...step, progress, status, ...timesOf(step, status, new Date(now).toISOString()) };
}

/** The status that follows from progress: the step is running, or completed at 1. */
function statusBy(before: StepStatus, progress: number | undefined): StepStatus {
  if (progress === undefined) return before === 'pending' ? 'running' : before;
  return progress >= 1 ? 'completed' : 'running';
}

function timesOf(step: Step, status: StepStatus, at: string): Pick<Step, 'startedAt' | 'endedAt'> {
  if (status === 'pending') return { startedAt: null, endedAt: null };
  // A skipped step never started.
  const startedAt = step.startedAt ?? (status === 'skipped' ? null : at);
  if (!isOver(status)) return { startedAt, endedAt: null };
  return { startedAt, endedAt: isOver(step.status) ? (step.endedAt ?? at) : at };
}

/** A step with parts, whose progress and status follow from these. `jobFailed`: the job has failed. */
export function parentStep(step: Step, parts: readonly Step[], progress: number, jobFailed: boolean): Step {
  const status = step.status === 'skipped' ? step.status : statusOfWhole(step, parts, jobFailed);
  if (status === 'pending') return { ...step, progress, status, startedAt: null, endedAt: null };
  const starts = parts.flatMap(({ startedAt }) => startedAt ?? []).sort();
  const ends = parts.flatMap(({ endedAt }) => endedAt ?? []).sort();
  const startedAt = step.startedAt ?? starts[0] ?? null;
  return { ...step, progress, status, startedAt, endedAt: isOver(status) ? (ends.at(-1) ?? step.endedAt) : null };
}

function statusOfWhole(step: Step, parts: readonly Step[], jobFailed: boolean): StepStatus {
  const over = parts.every(({ status }) => isOver(status));
  if (over || jobFailed) {
    if (parts.some(({ status }) => status === 'failed')) return 'failed';
    if (over) return 'completed';
  }
  return parts.some(({ status }) => status !== 'pending') ? 'running' : step.status;
}
