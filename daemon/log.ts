/** Writes `daemon.log` with one JSON object per line. A full file is moved to `daemon.log.1`. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { Clock } from './clock.ts';

/** Size in bytes at which the log is rotated. */
const rotateAt = 5_000_000;

export type LogContext = Record<string, unknown>;

/** The log as the parts of the daemon see it. */
export interface Log {
  info(message: string, context?: LogContext): void;
  warning(message: string, context?: LogContext): void;
  /** Records the error with its stack and causes. */
  error(message: string, error: unknown, context?: LogContext): void;
}

export class FileLog implements Log {
  readonly #file: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limit: number;
  /** Number of lines that could not be written since the last one that was. */
  #lost = 0;

  constructor(file: string, clock: Pick<Clock, 'now'>, limit = rotateAt) {
    this.#file = file;
    this.#clock = clock;
    this.#limit = limit;
  }

  info(message: string, context: LogContext = {}): void {
    this.#write('info', message, context);
  }

  warning(message: string, context: LogContext = {}): void {
    this.#write('warning', message, context);
  }

  error(message: string, error: unknown, context: LogContext = {}): void {
    this.#write('error', message, { ...context, error: describeError(error) });
  }

  /** Never throws, so that a full disk does not make the caller fail. */
  #write(level: string, message: string, context: LogContext): void {
    const at = new Date(this.#clock.now()).toISOString();
    const lost = this.#lost > 0 ? { linesLostBefore: this.#lost } : {};
    try {
      this.#rotate();
      const line = JSON.stringify({ at, level, message, pid: process.pid, ...lost, ...context });
      appendFileSync(this.#file, `${line}\n`, { mode: 0o600 });
      this.#lost = 0;
    } catch {
      this.#lost += 1;
    }
  }

  #rotate(): void {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (size >= this.#limit) renameSync(this.#file, `${this.#file}.1`);
  }
}

/** Converts an error to JSON, including its stack and causes. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause !== undefined && depth < 5 ? { cause: describeError(error.cause, depth + 1) } : {};
  return { name: error.name, ...code, message: error.message, stack: error.stack, ...cause };
}
