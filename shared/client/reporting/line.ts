/** A queued start or report. One line each in a spool file. */
import { isNestedTooDeep, maxValueNesting } from '../../nesting.ts';
import type { Report, StartRequest } from '../../reporting.ts';

export interface Line {
  /** The job's ID. Before the daemon has acknowledged the start, its idempotency key. */
  key: string;
  /** The job's ID, if known. */
  id?: string;
  start?: StartRequest;
  /** Includes `client` and `seq`. */
  report?: Report;
}

/** The lines in spool format. */
export function toText(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The parsed line; null if it is incomplete because its program was killed, or if the daemon would refuse it. */
export function toLine(text: string): Line | null {
  if (isNestedTooDeep(text, maxValueNesting)) return null;
  try {
    const line = JSON.parse(text) as Line | null;
    return typeof line?.key === 'string' && (line.start ?? line.report) !== undefined ? line : null;
  } catch {
    return null;
  }
}

/** Whether the report may be dropped when space is short. */
export function isDispensable({ report }: Line): boolean {
  return report !== undefined && ['progress', 'message', 'log'].includes(report.kind);
}
