/** Follows a log for a terminal: the end of what is there, then what comes, never more than a terminal can take. */
import type { LogChunk, LogOptions } from '../../../shared/client/http.ts';

/** Bytes shown of what was there before. */
export const replayBytes = 256_000;
/** Bytes asked for at a time after that. */
const pieceBytes = 100_000;
/** Bytes the terminal may be behind before the gap is skipped. */
const patienceBytes = 4 * replayBytes;
/** Milliseconds between two reads: a busy log comes in few large pieces, at most 2 MB a second. */
const pace = 50;
/** Milliseconds the daemon may hold an answer back while there is nothing new. */
const wait = 30_000;

export type LogNews =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** So many bytes are not shown; what follows begins with a line. */
  | { readonly kind: 'skipped'; readonly bytes: number }
  /** Nothing can be read now, because of `error`; it goes on when it can. */
  | { readonly kind: 'interrupted'; readonly error: unknown };

export interface FollowDeps {
  read(options: LogOptions): Promise<LogChunk>;
  /** Resolves when it is worth trying again after `error`; rejects when it never will be. */
  recover(error: unknown, signal: AbortSignal): Promise<void>;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** News of a log until its attempt has ended and all is told, or `signal` is aborted (which throws its reason). */
export async function* followLog(deps: FollowDeps, signal: AbortSignal): AsyncGenerator<LogNews, void, undefined> {
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
    if (chunk.size - at > patienceBytes) {
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
