/** Signals that end the command line. */
import { constants } from 'node:os';

export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Calls back with each signal and how often it came, instead of ending the process. Returns a function that stops this. */
function onSignals(callback: (signal: EndSignal, count: number) => void): () => void {
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

/** The exit code of a process that was ended by a signal. */
export function signalExitCode(signal: EndSignal): number {
  return 128 + constants.signals[signal];
}

/** The result of the work, or the signal that ended the wait for it. */
export type Detachable<T> = { detachedBy: EndSignal } | { detachedBy: null; value: T };

/**
 * Runs work that is abandoned at a signal: its AbortSignal is aborted and its result is ignored. `keep` can ignore a
 * signal by returning true.
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
