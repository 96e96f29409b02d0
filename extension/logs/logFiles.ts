/** Reads logs from the daemon. Pure except for requests. */
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { LogRef } from '../base/logRef.ts';

/** Bytes requested at a time. */
const chunkLimit = 4_000_000;

/** Reads the last `tail` bytes of a log, or all if its size is at most `whole`. Rejects like `readLog`. */
export async function readTail(
  client: Pick<DaemonClient, 'readLog'>,
  { jobId, attempt }: LogRef,
  tail: number,
  whole = tail,
): Promise<{ bytes: Uint8Array; size: number }> {
  const last = await client.readLog(jobId, attempt, { offset: -tail, limit: tail });
  const { size, offset } = last;
  const read = async (from: number, to: number) => {
    const parts: Uint8Array[] = [];
    let at = from;
    while (at < to) {
      const chunk = await client.readLog(jobId, attempt, { offset: at, limit: Math.min(chunkLimit, to - at) });
      // The removed middle of a log may end beyond `to`.
      const bytes = chunk.bytes.subarray(0, Math.max(0, to - chunk.offset));
      if (bytes.length === 0) break;
      parts.push(bytes);
      at = chunk.offset + bytes.length;
    }
    return parts;
  };
  const before = size <= whole ? await read(0, offset) : [];
  const after = await read(offset + last.bytes.length, size);
  return { bytes: Buffer.concat([...before, last.bytes, ...after]), size };
}

/** Path of the daemon's log file of an attempt. */
export function logPath(home: string, { jobId, attempt }: LogRef): string {
  return join(home, homeFiles.logs, jobId, `${attempt}.log`);
}
