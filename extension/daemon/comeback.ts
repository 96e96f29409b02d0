/** Waits for the daemon to come back, and for other things that events tell. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Event } from '../base/event.ts';
import { type DaemonAccess, isLive } from './access.ts';

/** Milliseconds before it is looked whether the daemon is there: the feed may not know yet what a request has met. */
const firstLook = 300;

/** Resolves when the daemon that a request did not reach is there again; rejects with the signal's reason. */
export async function comeback(
  access: Pick<DaemonAccess, 'state' | 'onDidChangeState'>,
  signal: AbortSignal,
): Promise<void> {
  await pause(firstLook, undefined, { signal });
  if (!isLive(access.state)) await next(access.onDidChangeState, isLive, signal);
}

/** Resolves with the first event for which `wanted` holds, or after `limit` ms; rejects with the signal's reason. */
export function next<T>(
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
