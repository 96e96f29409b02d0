/** Reports that wait for the next batch: bounded, in order, with progress that overwrites itself. */
import type { Report, ReportOf, StartRequest } from '../../reporting.ts';
import { reportLimits } from '../../wire.ts';
import type { Line } from './line.ts';

/** How many may wait in memory, and characters of their texts. */
const bounds = { entries: 10_000, text: 4_000_000 };

/** A job as its reports are numbered. */
export interface Numbered {
  readonly key: string;
  id: string | null;
  /** Who numbers them. Not the process: another object of it may report on the same job. */
  client: string;
  /** The last number given to a report. Numbers have no gaps, so that the daemon need not remember any. */
  seq: number;
}

type Waiting = { job: Numbered } & ({ start: StartRequest } | { report: Report });

export class Buffer {
  readonly #waiting = new Map<string, Waiting>();
  #lastLog: { job: Numbered; place: string; waiting: { job: Numbered; report: ReportOf<'log'> } } | null = null;
  #count = 0;
  #text = 0;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Whether it takes as much memory as it may. */
  get isFull(): boolean {
    return this.#waiting.size >= bounds.entries || this.#text >= bounds.text;
  }

  start(job: Numbered, start: StartRequest): void {
    this.#waiting.set(this.#place(), { job, start });
  }

  add(job: Numbered, report: Report): void {
    this.#text += sizeOf(report);
    const place = placeOf(job, report) ?? this.#place();
    const before = this.#waiting.get(place);
    const merged = before !== undefined && 'report' in before ? ({ ...before.report, ...report } as Report) : report;
    // At the end: it is as it is after everything else that was reported before.
    if (before !== undefined) this.#waiting.delete(place);
    this.#waiting.set(place, { job, report: merged });
  }

  /** Adds text to a job's log; short pieces go together. */
  addLog(job: Numbered, text: string): void {
    this.#text += text.length;
    const last = this.#lastLog;
    const isLast = last?.job === job && this.#waiting.get(last.place) === last.waiting;
    if (isLast && last.waiting.report.text.length + text.length <= reportLimits.text) {
      last.waiting.report.text += text;
      return;
    }
    const place = this.#place();
    const waiting = { job, report: { kind: 'log' as const, text } };
    this.#waiting.set(place, waiting);
    this.#lastLog = { job, place, waiting };
  }

  /** Takes the oldest, at most so many and about so many characters of text, numbered. */
  take(most: number = reportLimits.batch, text = 262_144): Line[] {
    const lines: Line[] = [];
    let taken = 0;
    for (const [place, waiting] of this.#waiting) {
      if (lines.length >= most || taken >= text) break;
      this.#waiting.delete(place);
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

  #place(): string {
    this.#count += 1;
    return `#${this.#count}`;
  }
}

/** Where a report takes the place of the one before; null for what has to be told one by one. */
function placeOf(job: Numbered, report: Report): string | null {
  if (report.kind === 'progress') return `progress ${job.key}`;
  if (report.kind === 'step' && report.status === undefined) return `step ${job.key} ${report.id}`;
  return null;
}

/** Characters of text, about. */
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
