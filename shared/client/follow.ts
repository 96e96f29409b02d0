/** Follows an attempt's log to its end, across restarts of the daemon. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DaemonClient } from './http.ts';
import { daemonGone } from './request.ts';

/** Milliseconds that the daemon delays its reply if there is nothing new. */
const wait = 30_000;
/** Number of consecutive lost daemons after which following fails. */
const maxLost = 10;
/** Milliseconds before the second reconnect, doubled each time up to the limit. */
const backOff = { first: 100, limit: 2_000 };

export interface FollowOptions {
  /** Offset of the first byte; negative counts from the end. */
  offset?: number;
  signal?: AbortSignal | undefined;
  /** Connects to the next daemon after one was lost. Without it, a lost daemon is an error. */
  reconnect?: () => Promise<DaemonClient>;
}

/**
 * The bytes of a log from `offset` until it is complete. If the daemon is lost, following continues at the same offset
 * with the next one. Throws the errors of `readLog`; DAEMON_UNREACHABLE only if reconnecting is impossible.
 */
export async function* followLog(
  client: DaemonClient,
  id: string,
  attempt: number,
  { offset = 0, signal, reconnect }: FollowOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  let current = client;
  let at = offset;
  let lost = 0;
  for (;;) {
    try {
      const chunk = await current.readLog(id, attempt, { offset: at, wait, signal });
      lost = 0;
      at = chunk.offset + chunk.bytes.length;
      if (chunk.bytes.length > 0) yield chunk.bytes;
      if (chunk.ended && at >= chunk.size) return;
    } catch (error) {
      if (reconnect === undefined || !daemonGone(error) || lost >= maxLost) throw error;
      if (lost > 0) await pause(Math.min(backOff.first * 2 ** (lost - 1), backOff.limit), undefined, { signal });
      lost += 1;
      current = await reconnect();
    }
  }
}
