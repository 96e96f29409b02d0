/** What the command line says: results on stdout, everything else on stderr. */
import { type ErrorBody, JobdeckError } from '../../shared/errors.ts';
import { TerminalFilter } from '../../shared/terminal/terminalFilter.ts';
import { exitCodes } from '../exitCode.ts';
import { UsageError } from '../usageError.ts';
import { type Colors, colorsFor } from './colors.ts';
import { printable } from './text.ts';

/** Stdout and stderr as far as they are needed here. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
}

export class Output {
  /** Whether stdout gets exactly one JSON document. */
  readonly json: boolean;
  readonly colors: Colors;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #noteColors: Colors;
  /** For a job's output: what came in pieces belongs together. */
  readonly #filter = new TerminalFilter();

  constructor(stdout: Sink, stderr: Sink, env: Record<string, string | undefined>, json: boolean) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.colors = colorsFor(stdout, env);
    this.#noteColors = colorsFor(stderr, env);
  }

  /** Whether a person reads stdout. */
  get isTerminal(): boolean {
    return this.#stdout.isTTY === true;
  }

  /** Columns of the terminal; Infinity when stdout is none. */
  get width(): number {
    return this.isTerminal ? this.#stdout.columns || 80 : Number.POSITIVE_INFINITY;
  }

  /** Lines for people on stdout. Not for `json`, whose stdout is the document alone. */
  lines(lines: readonly string[]): void {
    if (lines.length > 0) this.#stdout.write(`${lines.join('\n')}\n`);
  }

  /** The JSON document on stdout: on one line for programs, indented for people. */
  document(value: unknown): void {
    this.#stdout.write(`${toJson(value, this.isTerminal ? 2 : 0)}\n`);
  }

  /** The document with `json`, else the lines. */
  result(value: unknown, lines: readonly string[]): void {
    if (this.json) this.document(value);
    else this.lines(lines);
  }

  /** Something beside the result, on stderr. */
  note(text: string): void {
    this.#stderr.write(`${this.#noteColors.dim('jobdeck:')} ${printable(text)}\n`);
  }

  /** A note for somebody who sits before it; programs and files don't get it. */
  aside(text: string): void {
    if (!this.#stderr.isTTY) return;
    const { dim } = this.#noteColors;
    this.#stderr.write(`${dim('jobdeck:')} ${dim(printable(text))}\n`);
  }

  /** Part of a result; resolves when the reader can take more. */
  write(data: string | Uint8Array): Promise<void> {
    return written(this.#stdout, data);
  }

  /**
   * A job's output: the result on stdout, beside the document on stderr. Files and programs get every byte of it, a
   * terminal what shows: no output sets its clipboard or its title, or makes it answer.
   */
  writeLog(bytes: Uint8Array): Promise<void> {
    const sink = this.json ? this.#stderr : this.#stdout;
    return written(sink, sink.isTTY === true ? this.#filter.write(bytes) : bytes);
  }

  /** Reports what went wrong and returns the exit code for it. */
  fail(error: unknown): number {
    const body = toErrorBody(error);
    if (this.json) this.document({ error: body });
    else this.#stderr.write(`${this.#errorLines(error, body).join('\n')}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }

  #errorLines(error: unknown, { message, hint }: ErrorBody): string[] {
    const { red, dim } = this.#noteColors;
    const stack = error instanceof Error && !(error instanceof JobdeckError) ? [error.stack ?? ''] : [];
    return [
      `${red('jobdeck:')} ${printable(message)}`,
      ...(hint === null ? [] : hint.split('\n').map((line) => `${dim('→')} ${printable(line)}`)),
      ...stack,
    ];
  }
}

/** JSON in which also those control characters are escaped that JSON allows, and what turns text around. */
export function toJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

// A write that fails is told by the stream's own error event, which ends the process (main.ts).
function written(sink: Sink, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    sink.write(data, () => resolve());
  });
}

/** An error as `{"error": …}` carries it. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof JobdeckError) return error.toBody();
  const message = `The command line failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`;
  return { code: 'INTERNAL', message, hint: 'This is a defect of Jobdeck; please report it.' };
}
