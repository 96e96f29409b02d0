/** Writes `daemon.log` with one JSON object per line. A full file is moved to `daemon.log.1`. */
import { closeSync, constants, fstatSync, renameSync, writeFileSync } from 'node:fs';
import { openFileSync } from '../shared/files/regularFile.ts';
import type { Clock } from './clock.ts';

/** Size in bytes at which the log is rotated. */
const rotateAt = 5_000_000;
/** Never through a link, which could lead to a file of another user. */
const append = { flags: constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, own: true };

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
  #problem: unknown = null;

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
      const line = JSON.stringify({ at, level, message, pid: process.pid, ...lost, ...context });
      const file = this.#open();
      try {
        writeFileSync(file, `${line}\n`);
      } finally {
        closeSync(file);
      }
      this.#lost = 0;
      this.#problem = null;
    } catch (error) {
      this.#lost += 1;
      this.#problem = error;
    }
  }

  /** Why the last line could not be written; null if it was. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Opens the file to append to it, after moving a full one. */
  #open(): number {
    const file = openFileSync(this.#file, append);
    if (fstatSync(file).size < this.#limit) return file;
    closeSync(file);
    try {
      renameSync(this.#file, `${this.#file}.1`);
    } catch {
      // A folder is in the way, so the file grows.
    }
    return openFileSync(this.#file, append);
  }
}

/** Converts an error to JSON, including its stack and causes. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause !== undefined && depth < 5 ? { cause: describeError(error.cause, depth + 1) } : {};
  return { name: error.name, ...code, message: error.message, stack: error.stack, ...cause };
}
