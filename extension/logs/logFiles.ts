/** What the log surfaces need of the daemon, apart from the editor. */
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { LogRef } from './logRef.ts';

/** Bytes asked for at a time. */
const chunkLimit = 4_000_000;

/** The last `limit` bytes of a log and its size. Rejects as `readLog` does. */
export async function readTail(
  client: Pick<DaemonClient, 'readLog'>,
  { jobId, attempt }: LogRef,
  limit: number,
): Promise<{ bytes: Uint8Array; size: number }> {
  const parts: Uint8Array[] = [];
  let chunk = await client.readLog(jobId, attempt, { offset: -limit, limit: Math.min(chunkLimit, limit) });
  parts.push(chunk.bytes);
  let at = chunk.offset + chunk.bytes.length;
  const { size } = chunk;
  while (at < size && chunk.bytes.length > 0) {
    chunk = await client.readLog(jobId, attempt, { offset: at, limit: Math.min(chunkLimit, size - at) });
    parts.push(chunk.bytes);
    at += chunk.bytes.length;
  }
  return { bytes: Buffer.concat(parts), size };
}

/** Where the daemon keeps an attempt's log. */
export function logPath(home: string, { jobId, attempt }: LogRef): string {
  return join(home, homeFiles.logs, jobId, `${attempt}.log`);
}
