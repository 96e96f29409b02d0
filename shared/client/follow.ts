/** Following an attempt's log to its end, through restarts of the daemon. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DaemonClient } from './http.ts';
import { daemonGone } from './request.ts';

/** Milliseconds the daemon holds the answer while nothing new is there. */
const wait = 30_000;
/** Daemons in a row that may go away without an answer before following gives up. */
const patience = 10;
/** Milliseconds before the second such daemon is asked, doubled each time up to the limit. */
const backOff = { first: 100, limit: 2_000 };

export interface FollowOptions {
  /** First byte wanted; negative counts from the end. */
  offset?: number;
  signal?: AbortSignal | undefined;
  /** A client for the daemon that came after the lost one. Without it a lost daemon ends the following. */
  reconnect?: () => Promise<DaemonClient>;
}

/**
 * The bytes of a log from `offset` until nothing can follow. A daemon that goes away costs nothing: the next one is
 * asked from the same offset. Throws what `readLog` does; DAEMON_UNREACHABLE only when there is no way to reconnect.
 */
export async function* followLog(
  client: DaemonClient,
  id: string,
  attempt: number,
  { offset = 0, signal, reconnect }: FollowOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  let asked = client;
  let at = offset;
  let lost = 0;
  for (;;) {
    try {
      const chunk = await asked.readLog(id, attempt, { offset: at, wait, signal });
      lost = 0;
      at = chunk.offset + chunk.bytes.length;
      if (chunk.bytes.length > 0) yield chunk.bytes;
      if (chunk.ended && at >= chunk.size) return;
    } catch (error) {
      if (reconnect === undefined || !daemonGone(error) || lost >= patience) throw error;
      if (lost > 0) await pause(Math.min(backOff.first * 2 ** (lost - 1), backOff.limit), undefined, { signal });
      lost += 1;
      asked = await reconnect();
    }
  }
}
