/** Output of the command line: results on stdout, everything else on stderr. */
import { type ErrorBody, JobdeckError } from '../../shared/errors.ts';
import { exitCodes } from '../exitCode.ts';
import { cliError } from '../problems.ts';
import { UsageError } from '../usageError.ts';
import { type Colors, colorsFor } from './colors.ts';
import { LogTerminal } from './logTerminal.ts';
import { type Sink, WriteError, written } from './sink.ts';
import { printable } from './text.ts';

export class Output {
  /** Whether stdout receives exactly one JSON document. */
  readonly json: boolean;
  readonly colors: Colors;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #noteColors: Colors;
  /** For the output of a job; null if it goes to a file or program. */
  readonly #terminal: LogTerminal | null;

  constructor(stdout: Sink, stderr: Sink, env: Record<string, string | undefined>, json: boolean) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.colors = colorsFor(stdout, env);
    this.#noteColors = colorsFor(stderr, env);
    const sink = json ? stderr : stdout;
    this.#terminal = sink.isTTY === true ? new LogTerminal(sink) : null;
  }

  /** Whether stdout is a terminal. */
  get isTerminal(): boolean {
    return this.#stdout.isTTY === true;
  }

  /** Columns of the terminal; Infinity if stdout is not a terminal. */
  get width(): number {
    return this.isTerminal ? this.#stdout.columns || 80 : Number.POSITIVE_INFINITY;
  }

  /** Lines for people on stdout. Not with `json`, where stdout is only the document. */
  lines(lines: readonly string[]): void {
    if (lines.length > 0) this.#print(this.#stdout, lines);
  }

  /** The JSON document on stdout: on one line for programs, indented for people. */
  document(value: unknown): void {
    this.#print(this.#stdout, [toJson(value, this.isTerminal ? 2 : 0)]);
  }

  /** The document with `json`, else the lines. */
  result(value: unknown, lines: readonly string[]): void {
    if (this.json) this.document(value);
    else this.lines(lines);
  }

  /** Additional information on stderr. */
  note(text: string): void {
    this.#print(this.#stderr, [`${this.#noteColors.dim('jobdeck:')} ${printable(text)}`]);
  }

  /** A note for a person at the terminal, not for programs and files. */
  aside(text: string): void {
    if (!this.#stderr.isTTY) return;
    const { dim } = this.#noteColors;
    this.#print(this.#stderr, [`${dim('jobdeck:')} ${dim(printable(text))}`]);
  }

  /** Part of a result. Resolves when the reader can take more. */
  write(data: string | Uint8Array): Promise<void> {
    return written(this.#stdout, data);
  }

  /**
   * Output of a job: on stdout, or on stderr if stdout is for the document. Files and programs get every byte. A terminal
   * gets only visible text, so that no output can set its clipboard or title, or make it reply.
   */
  async writeLog(bytes: Uint8Array): Promise<void> {
    try {
      await (this.#terminal?.write(bytes) ?? written(this.json ? this.#stderr : this.#stdout, bytes));
    } catch (error) {
      // The document can still be written.
      if (this.json && error instanceof WriteError) throw cliError('OUTPUT_FAILED', { reason: error.message });
      throw error;
    }
  }

  /** Ends the output of a job. A terminal shows what follows without its colors. */
  endLog(): void {
    this.#terminal?.end();
  }

  /** Prints an error and returns the exit code for it. */
  fail(error: unknown): number {
    const body = toErrorBody(error);
    if (this.json) this.document({ error: body });
    else this.#print(this.#stderr, this.#errorLines(error, body));
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }

  #print(sink: Sink, lines: readonly string[]): void {
    this.#terminal?.settle();
    sink.write(`${lines.join('\n')}\n`);
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

/** JSON that also escapes control characters that JSON permits, and characters that change the text direction. */
export function toJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** An error as the value of `{"error": …}`. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof JobdeckError) return error.toBody();
  const message = `The command line failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`;
  return { code: 'INTERNAL', message, hint: 'This is a bug in Jobdeck. Please report it.' };
}
