/** Unsent reports in memory: bounded and in order. New progress replaces unsent progress. */
import type { Report, ReportOf, StartRequest } from '../../reporting.ts';
import { reportLimits } from '../../wire.ts';
import type { Line } from './line.ts';

/** Limits of the number of reports and of their text in characters. */
const bounds = { entries: 10_000, text: 4_000_000 };

/** A job whose reports are numbered. */
export interface NumberedJob {
  readonly key: string;
  id: string | null;
  /**
   * The client ID under which reports are numbered. Not per process, because another object may report on the same job.
   */
  client: string;
  /** The last number used. Numbers have no gaps, so that the daemon need not remember each of them. */
  seq: number;
}

type Waiting = { job: NumberedJob } & ({ start: StartRequest } | { report: Report });

export class Buffer {
  readonly #waiting = new Map<string, Waiting>();
  #lastLog: { job: NumberedJob; key: string; waiting: { job: NumberedJob; report: ReportOf<'log'> } } | null = null;
  #count = 0;
  #text = 0;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Whether the memory limits are reached. */
  get isFull(): boolean {
    return this.#waiting.size >= bounds.entries || this.#text >= bounds.text;
  }

  start(job: NumberedJob, start: StartRequest): void {
    this.#waiting.set(this.#newKey(), { job, start });
  }

  add(job: NumberedJob, report: Report): void {
    this.#text += sizeOf(report);
    const key = replacementKey(job, report) ?? this.#newKey();
    const before = this.#waiting.get(key);
    const merged = before !== undefined && 'report' in before ? ({ ...before.report, ...report } as Report) : report;
    // Moved to the end, because it describes the state after all earlier reports.
    if (before !== undefined) this.#waiting.delete(key);
    this.#waiting.set(key, { job, report: merged });
  }

  /** Adds text to a job's log, merging short pieces. */
  addLog(job: NumberedJob, text: string): void {
    this.#text += text.length;
    const last = this.#lastLog;
    const isLast = last?.job === job && this.#waiting.get(last.key) === last.waiting;
    if (isLast && last.waiting.report.text.length + text.length <= reportLimits.text) {
      last.waiting.report.text += text;
      return;
    }
    const key = this.#newKey();
    const waiting = { job, report: { kind: 'log' as const, text } };
    this.#waiting.set(key, waiting);
    this.#lastLog = { job, key, waiting };
  }

  /** Removes, numbers and returns the oldest reports up to both limits. */
  take(most: number = reportLimits.batch, text = 262_144): Line[] {
    const lines: Line[] = [];
    let taken = 0;
    for (const [key, waiting] of this.#waiting) {
      if (lines.length >= most || taken >= text) break;
      this.#waiting.delete(key);
      const { job } = waiting;
      const line: Line = job.id === null ? { key: job.key } : { key: job.key, id: job.id };
      if ('start' in waiting) line.start = waiting.start;
      else {
        taken += sizeOf(waiting.report);
        job.seq += 1;
        line.report = { ...waiting.report, client: job.client, seq: job.seq };
      }
      lines.push(line);
    }
    if (this.#waiting.size === 0) this.#text = 0;
    else this.#text = Math.max(0, this.#text - taken);
    return lines;
  }

  #newKey(): string {
    this.#count += 1;
    return `#${this.#count}`;
  }
}

/** The key under which a newer report replaces this one. Null if every report must be sent. */
function replacementKey(job: NumberedJob, report: Report): string | null {
  if (report.kind === 'progress') return `progress ${job.key}`;
  if (report.kind === 'step' && report.status === undefined) return `step ${job.key} ${report.id}`;
  return null;
}

/** Approximate number of characters. */
function sizeOf(report: Report): number {
  switch (report.kind) {
    case 'log':
      return report.text.length;
    case 'message':
      return report.message.length + (report.context === undefined ? 0 : 1_000);
    case 'fail':
      return report.message.length + (report.details?.length ?? 0);
    case 'result':
    case 'complete':
      return 65_536;
    default:
      return 100;
  }
}
