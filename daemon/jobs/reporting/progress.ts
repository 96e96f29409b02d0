/** What a report makes of a job's progress. Pure. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { Progress } from '../../../shared/job.ts';
import type { ReportOf } from '../../../shared/reporting.ts';
import { harmlessLine, harmlessText } from '../text.ts';

type ProgressReport = Omit<ReportOf<'progress'>, 'kind' | 'client' | 'seq'>;

/** Of a job that said nothing yet. */
export const noProgress: Progress = { current: 0, total: null, message: null, phase: null };

/**
 * The progress after a report; what it leaves out stays. `early`: reports before it may be missing, so that a number
 * may not fit those it is put beside, and is cut.
 * @throws JobdeckError INVALID_REQUEST when more is done than there is to do
 */
export function merged(old: Progress | null, report: ProgressReport, early = false): Progress {
  const { message, phase } = report;
  const before = old ?? noProgress;
  const current = report.percent ?? report.current ?? before.current;
  const total = report.percent !== undefined ? 100 : report.total !== undefined ? report.total : before.total;
  if (total !== null && current > total && !(early && !saysBoth(report))) {
    throw new JobdeckError(
      'INVALID_REQUEST',
      `The progress ${current} is above its total of ${total}.`,
      'Report “current” and “total” together when the total changes.',
    );
  }
  return {
    current: total === null ? current : Math.min(current, total),
    total,
    message: message === undefined ? before.message : message && harmlessText(message),
    phase: phase === undefined ? before.phase : phase && harmlessLine(phase),
  };
}

function saysBoth({ current, total }: ProgressReport): boolean {
  return current !== undefined && total !== undefined;
}
