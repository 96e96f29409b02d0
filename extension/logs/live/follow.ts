/** Follows a log: its end, then new output, limited to what a terminal can display. */
import type { LogChunk, LogOptions } from '../../../shared/client/http.ts';
import { fromLineStart } from './lineStart.ts';

/** Bytes of earlier output shown. */
export const replayBytes = 256_000;
/** Bytes requested at a time after that. */
const pieceBytes = 100_000;
/** The same once the attempt has finished, so that its outcome is not delayed. */
const lastPieceBytes = 1_000_000;
/** Bytes the reader may be behind before it jumps to the end. */
export const maxBehindBytes = 5_000_000;
/** Milliseconds between two reads: at most 1 MB per second, because a terminal in the editor doesn't report that it is behind. */
const pace = 100;
/** After a jump, milliseconds between two looks at the log, and the bytes by which a calm one grows in between. */
const floodPace = 250;
const calmBytes = 250_000;
/** Looks after which the end is shown although the log still grows as fast. */
const floodLooks = 8;
/** Milliseconds that the daemon may wait for new output before replying. */
const wait = 30_000;

export type LogEvent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /**
   * About that many bytes are skipped. What follows starts with a whole line, except in a very long one, and in the
   * initial state of a terminal.
   */
  | { readonly kind: 'skipped'; readonly bytes: number }
  /** Reading failed with `error` and continues when possible. */
  | { readonly kind: 'interrupted'; readonly error: unknown };

export interface FollowDeps {
  read(options: LogOptions): Promise<LogChunk>;
  /** Whether the attempt is known to have finished. */
  hasEnded(): boolean;
  /** Rows that the reader keeps. Fewer are shown after skipped output, so that the note about it stays in view. */
  readonly rows: number;
  /** Resolves when reading may work again after `error`. Rejects if it never will. */
  recover(error: unknown, signal: AbortSignal): Promise<void>;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/**
 * Events of a log until its attempt has finished and all output was read or skipped. Throws the reason of `signal` when
 * aborted.
 */
export async function* followLog(deps: FollowDeps, signal: AbortSignal): AsyncGenerator<LogEvent, void, undefined> {
  /** Offset of the first byte that was neither shown nor skipped. */
  let at = 0;
  /** Set while the end of the log is read next, instead of what follows `at`. */
  let jump: Jump | null = new Jump(0);
  for (;;) {
    let chunk: LogChunk;
    try {
      chunk = await deps.read({ ...(jump === null ? next(at, deps.hasEnded()) : theEnd), signal });
    } catch (error) {
      signal.throwIfAborted();
      yield { kind: 'interrupted', error };
      await deps.recover(error, signal);
      continue;
    }
    if (jump?.mustWait(chunk) === true && !deps.hasEnded()) {
      await deps.pause(floodPace, signal);
      continue;
    }
    const isCut = jump !== null && chunk.offset > at;
    if (isCut) yield { kind: 'skipped', bytes: chunk.offset - at };
    const bytes = isCut ? fromLineStart(chunk.bytes, deps.rows) : chunk.bytes;
    jump = null;
    at = chunk.offset + chunk.bytes.length;
    if (bytes.length > 0) yield { kind: 'bytes', bytes };
    if (chunk.ended && at >= chunk.size) return;
    if (chunk.size - at > maxBehindBytes) jump = new Jump(floodLooks, chunk.size);
    else if (chunk.bytes.length > 0 && !deps.hasEnded()) await deps.pause(pace, signal);
  }
}

const theEnd = { offset: -replayBytes, limit: replayBytes };

function next(offset: number, hasEnded: boolean): LogOptions {
  return { offset, limit: hasEnded ? lastPieceBytes : pieceBytes, wait };
}

/** Waits for a moment without much output, so that a flood is skipped once and not in many parts. */
class Jump {
  #looksLeft: number;
  #size: number;

  constructor(looks: number, size = 0) {
    this.#looksLeft = looks;
    this.#size = size;
  }

  /** Whether the log still grows fast and may become calm soon. */
  mustWait({ size, ended }: LogChunk): boolean {
    const grown = size - this.#size;
    this.#size = size;
    this.#looksLeft -= 1;
    return this.#looksLeft >= 0 && !ended && grown > calmBytes;
  }
}
