/** Ctrl-C and its kin. */
import { constants } from 'node:os';

/** What can end the command line from outside. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Calls back instead of ending the process, with how often the signal came; returns what stops it. */
export function onSignals(callback: (signal: EndSignal, count: number) => void): () => void {
  const counts = { SIGINT: 0, SIGTERM: 0, SIGHUP: 0 };
  const names = Object.keys(counts) as EndSignal[];
  const listener = (signal: NodeJS.Signals) => {
    const name = signal as EndSignal;
    counts[name] += 1;
    callback(name, counts[name]);
  };
  for (const name of names) process.on(name, listener);
  return () => {
    for (const name of names) process.off(name, listener);
  };
}

/** The exit code of a process a signal ended. */
export function signalExitCode(signal: EndSignal): number {
  return 128 + constants.signals[signal];
}

/** What `detachable` resolves with: the work's result, or the signal that ended the waiting for it. */
export type Detachable<T> = { detachedBy: EndSignal } | { detachedBy: null; value: T };

/**
 * Does work that a signal may leave: the work's own signal is aborted then, and what it does after is of no interest.
 * `keep` may turn a signal away, by returning true.
 */
export async function detachable<T>(
  work: (signal: AbortSignal) => Promise<T>,
  keep: (signal: EndSignal, count: number) => boolean = () => false,
): Promise<Detachable<T>> {
  const abort = new AbortController();
  let stopListening = () => {};
  const detached = new Promise<Detachable<T>>((resolve) => {
    stopListening = onSignals((signal, count) => {
      if (keep(signal, count)) return;
      resolve({ detachedBy: signal });
      abort.abort();
    });
  });
  const done = work(abort.signal).then((value): Detachable<T> => ({ detachedBy: null, value }));
  try {
    return await Promise.race([detached, done]);
  } finally {
    stopListening();
  }
}
