/** Reading the current content of a log. */
import type { LogChunk } from '../../shared/client/http.ts';
import type { Session } from '../session.ts';

/** Bytes per request. */
const step = 262_144;
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

/** The offset of the last `lines` lines. An incomplete line counts. */
export async function tailOffset(session: Session, id: string, attempt: number, lines: number): Promise<number> {
  let chunk = await read(session, id, attempt, -step, step);
  // A newline at the very end doesn’t start another line.
  let wanted = chunk.bytes.at(-1) === newline ? lines + 1 : lines;
  for (;;) {
    for (let index = chunk.bytes.lastIndexOf(newline); index >= 0; ) {
      wanted -= 1;
      if (wanted === 0) return chunk.offset + index + 1;
      index = index === 0 ? -1 : chunk.bytes.lastIndexOf(newline, index - 1);
    }
    if (chunk.offset === 0) return 0;
    const from = Math.max(0, chunk.offset - step);
    chunk = await read(session, id, attempt, from, chunk.offset - from);
  }
}

function read(session: Session, id: string, attempt: number, offset: number, limit: number): Promise<LogChunk> {
  return session.persistently((client) => client.readLog(id, attempt, { offset, limit }));
}
