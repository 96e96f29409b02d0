/** Applies reports to the progress of a job. Pure. */
import type { Progress } from '../../../shared/job.ts';
import { reportProblem } from '../../../shared/messages/programReports.ts';
import type { ReportOf } from '../../../shared/reporting.ts';
import { harmlessLine, harmlessText } from '../text.ts';

type ProgressReport = Omit<ReportOf<'progress'>, 'kind' | 'client' | 'seq'>;

/** The progress before the first report. */
export const noProgress: Progress = { current: 0, total: null, message: null, phase: null };

/**
 * The progress after a report; omitted fields stay as they are. `early`: earlier reports may be missing, so the numbers
 * may not match, and `current` is limited to the total.
 * @throws JobdeckError INVALID_REQUEST if `current` exceeds the total
 */
export function merged(old: Progress | null, report: ProgressReport, early = false): Progress {
  const { message, phase } = report;
  const before = old ?? noProgress;
  const current = report.percent ?? report.current ?? before.current;
  const total = report.percent !== undefined ? 100 : report.total !== undefined ? report.total : before.total;
  if (total !== null && current > total && !(early && !hasBoth(report))) {
    throw reportProblem('INVALID_REQUEST/progressAboveTotal', { current, total });
  }
  return {
    current: total === null ? current : Math.min(current, total),
    total,
    message: message === undefined ? before.message : message && harmlessText(message),
    phase: phase === undefined ? before.phase : phase && harmlessLine(phase),
  };
}

function hasBoth({ current, total }: ProgressReport): boolean {
  return current !== undefined && total !== undefined;
}
