/** The daemon's only source of time, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment, by a clock that nobody sets and that stands still while the machine sleeps, as timers do. */
  steady(): number;
  /** Calls `callback` once after `delay` ms; the timer keeps no process alive. Returns what cancels it. */
  after(delay: number, callback: () => void): () => void;
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function wait(ms: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(Math.max(0, ms), done);
    if (signal?.aborted) done();
    else signal?.addEventListener('abort', done, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
