/** Follows a log: its end, then new output, limited to what a terminal can display. */
import type { LogChunk, LogOptions } from '../../../shared/client/http.ts';

/** Bytes of earlier output shown. */
export const replayBytes = 256_000;
/** Bytes requested at a time after that. */
const pieceBytes = 100_000;
/** Bytes the terminal may be behind before output is skipped. */
const maxBehindBytes = 4 * replayBytes;
/** Milliseconds between two reads, so that a busy log arrives in few large pieces, at most 2 MB per second. */
const pace = 50;
/** Milliseconds that the daemon may wait for new output before replying. */
const wait = 30_000;

export type LogEvent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** That many bytes are skipped. What follows starts with a whole line. */
  | { readonly kind: 'skipped'; readonly bytes: number }
  /** Reading failed with `error` and continues when possible. */
  | { readonly kind: 'interrupted'; readonly error: unknown };

export interface FollowDeps {
  read(options: LogOptions): Promise<LogChunk>;
  /** Resolves when reading may work again after `error`. Rejects if it never will. */
  recover(error: unknown, signal: AbortSignal): Promise<void>;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Events of a log until its attempt has finished and all output was read. Throws the reason of `signal` when aborted. */
export async function* followLog(deps: FollowDeps, signal: AbortSignal): AsyncGenerator<LogEvent, void, undefined> {
  let at: number | null = null;
  let cut = false;
  for (;;) {
    let chunk: LogChunk;
    try {
      const part = at === null ? { offset: -replayBytes, limit: replayBytes } : { offset: at, limit: pieceBytes, wait };
      chunk = await deps.read({ ...part, signal });
    } catch (error) {
      signal.throwIfAborted();
      yield { kind: 'interrupted', error };
      await deps.recover(error, signal);
      continue;
    }
    if (at === null && chunk.offset > 0) {
      cut = true;
      yield { kind: 'skipped', bytes: chunk.offset };
    }
    const bytes = cut ? afterFirstLineEnd(chunk.bytes) : chunk.bytes;
    if (chunk.bytes.length > 0) cut = false;
    at = chunk.offset + chunk.bytes.length;
    if (bytes.length > 0) yield { kind: 'bytes', bytes };
    if (chunk.ended && at >= chunk.size) return;
    if (chunk.size - at > maxBehindBytes) {
      const next = chunk.size - replayBytes;
      cut = true;
      yield { kind: 'skipped', bytes: next - at };
      at = next;
    }
    if (chunk.bytes.length > 0) await deps.pause(pace, signal);
  }
}

function afterFirstLineEnd(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.indexOf(0x0a) + 1);
}
