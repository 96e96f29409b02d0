/** What is reported, as it is kept for sending: the start of a job, or a report on one. One line each in a spool. */
import type { Report, StartRequest } from '../../reporting.ts';

export interface Line {
  /** The job: its id, or for one whose start is not acknowledged a name of its own, which is its idempotency key. */
  key: string;
  /** The job's id where it is known. */
  id?: string;
  start?: StartRequest;
  /** With its `client` and `seq`. */
  report?: Report;
}

/** As text of the spool. */
export function toText(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The line in a text, or null when it is none: half-written when its program was killed. */
export function toLine(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Line | null;
    return typeof line?.key === 'string' && (line.start ?? line.report) !== undefined ? line : null;
  } catch {
    return null;
  }
}

/** Whether the story of a job can do without it, when there is no room for everything. */
export function isDispensable({ report }: Line): boolean {
  return report !== undefined && ['progress', 'message', 'log'].includes(report.kind);
}
