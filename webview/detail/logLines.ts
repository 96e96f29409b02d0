/** The end of a log as lines of styled pieces: bounded, however much comes in. */
import { ansiStart, parseAnsi, type Span } from './ansi.ts';

export interface LogLine {
  /** Counts up from 0 over the whole life of the buffer. */
  readonly id: number;
  readonly spans: readonly Span[];
  /** Characters of this line beyond what is kept of it. */
  readonly cut: number;
}

interface GrowingLine extends LogLine {
  spans: Span[];
  cut: number;
  kept: number;
}

export interface LogLimits {
  /** Lines kept. */
  lines: number;
  /** Characters kept of one line. */
  columns: number;
}

export class LogLines {
  readonly #limits: LogLimits;
  #ansi = ansiStart;
  #lines: LogLine[] = [];
  #next = 0;
  /** The last line, as long as it may still grow. */
  #open: GrowingLine | null = null;
  /** A carriage return was seen: what comes next overwrites the open line. */
  #returned = false;

  constructor(limits: LogLimits = { lines: 2_000, columns: 10_000 }) {
    this.#limits = limits;
  }

  /** What is kept, oldest first. The last one may still change. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** Lines that were dropped to stay within the limit. */
  get dropped(): number {
    return this.#next - this.#lines.length;
  }

  /** Adds the next piece of the log, which may end anywhere, also inside a line or an escape sequence. */
  push(chunk: string): void {
    const { state, spans } = parseAnsi(this.#ansi, chunk);
    this.#ansi = state;
    for (const { text, style } of spans) {
      for (const part of text.split(/(\n|\r)/)) {
        if (part === '\n') this.#endLine();
        else if (part === '\r') this.#returned = true;
        else if (part !== '') this.#write({ text: part, style });
      }
    }
    const surplus = this.#lines.length - this.#limits.lines;
    if (surplus > 0) this.#lines = this.#lines.slice(surplus);
  }

  #endLine(): void {
    if (this.#open === null) this.#begin();
    this.#open = null;
    this.#returned = false;
  }

  #write(span: Span): void {
    const line = this.#open ?? this.#begin();
    if (this.#returned) Object.assign(line, { spans: [], cut: 0, kept: 0 });
    this.#returned = false;
    const text = span.text.slice(0, this.#limits.columns - line.kept);
    if (text !== '') line.spans.push({ ...span, text });
    line.kept += text.length;
    line.cut += span.text.length - text.length;
  }

  #begin(): GrowingLine {
    this.#open = { id: this.#next, spans: [], cut: 0, kept: 0 };
    this.#next += 1;
    this.#lines.push(this.#open);
    return this.#open;
  }
}
