/** The daemon's only source of time, so that tests can control it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a monotonic clock, which can't be set and which stops while the machine sleeps, as timers do. */
  steady(): number;
  /** Calls `callback` once after `delay` ms, without keeping the process alive. Returns a function that cancels the timer. */
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
