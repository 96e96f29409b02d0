/** Reading the current content of a log. */
import type { LogChunk } from '../../shared/client/http.ts';
import type { Session } from '../session.ts';

/** Bytes per request. */
const step = 262_144;
/** Bytes in which the start of a line is searched. */
const longestLine = 16 * 1024 * 1024;
/** Bytes to show of a longer one. */
const shownOfLine = 65_536;
const newline = 0x0a;

/** Passes on a log from `offset` to its size at the first request, however fast it grows. */
export async function readUntil(
  session: Session,
  id: string,
  attempt: number,
  offset: number,
  write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  let end = Number.POSITIVE_INFINITY;
  for (let at = offset; at < end; ) {
    const chunk = await read(session, id, attempt, at, Math.min(step, end - at));
    end = Math.min(end, chunk.size);
    if (chunk.bytes.length === 0) return;
    await write(chunk.bytes);
    at = chunk.offset + chunk.bytes.length;
  }
}

/** Where to begin reading for the last lines of a log. */
export interface TailStart {
  offset: number;
  /** The first line is too long: only its end follows. */
  cut: boolean;
}

/** Where the last `lines` lines begin. An incomplete line counts. */
export async function tailStart(session: Session, id: string, attempt: number, lines: number): Promise<TailStart> {
  let chunk = await read(session, id, attempt, -step, step);
  // A newline at the very end doesn’t start another line.
  let wanted = chunk.bytes.at(-1) === newline ? lines + 1 : lines;
  /** The start of the lines found so far. */
  let start = chunk.offset + chunk.bytes.length;
  for (;;) {
    for (let index = chunk.bytes.lastIndexOf(newline); index >= 0; ) {
      wanted -= 1;
      start = chunk.offset + index + 1;
      if (wanted === 0) return { offset: start, cut: false };
      index = index === 0 ? -1 : chunk.bytes.lastIndexOf(newline, index - 1);
    }
    if (chunk.offset === 0) return { offset: 0, cut: false };
    // Such as a hole in a sparse file, which may be larger than the disk.
    if (start - chunk.offset >= longestLine) return { offset: await endOfLine(session, id, attempt, start), cut: true };
    const from = Math.max(0, chunk.offset - step);
    const before = await read(session, id, attempt, from, chunk.offset - from);
    // The middle of the log was removed, and what is left of it begins here.
    if (before.offset >= chunk.offset) return { offset: chunk.offset, cut: false };
    chunk = { ...before, bytes: before.bytes.subarray(0, chunk.offset - before.offset) };
  }
}

/** Where to begin with the line before `start`: not with all of it, and not in a hole. */
async function endOfLine(session: Session, id: string, attempt: number, start: number): Promise<number> {
  const { offset, bytes } = await read(session, id, attempt, start - shownOfLine, shownOfLine);
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? start : offset + first;
}

function read(session: Session, id: string, attempt: number, offset: number, limit: number): Promise<LogChunk> {
  return session.persistently((client) => client.readLog(id, attempt, { offset, limit }));
}
