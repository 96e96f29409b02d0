/** Waits for the daemon to come back, and for other events. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Event } from '../base/event.ts';
import { type DaemonAccess, isLive } from './access.ts';

/** Milliseconds before the first check: the feed may notice a lost daemon later than a request does. */
const firstLook = 300;

/** Resolves when the daemon is reachable again. Rejects with the signal's reason. */
export async function untilReconnected(
  access: Pick<DaemonAccess, 'state' | 'onDidChangeState'>,
  signal: AbortSignal,
): Promise<void> {
  await pause(firstLook, undefined, { signal });
  if (!isLive(access.state)) await nextEvent(access.onDidChangeState, isLive, signal);
}

/** Resolves at the first event for which `wanted` returns true, or after `limit` ms. Rejects with the signal's reason. */
export function nextEvent<T>(
  event: Event<T>,
  wanted: (value: T) => boolean,
  signal: AbortSignal,
  limit?: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      subscription.dispose();
      signal.removeEventListener('abort', abort);
      clearTimeout(timer);
      act();
    };
    const abort = () => settle(() => reject(signal.reason));
    const subscription = event((value) => {
      if (wanted(value)) settle(resolve);
    });
    const timer = limit === undefined ? undefined : setTimeout(() => settle(resolve), limit);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}
