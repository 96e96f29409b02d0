/** What a task that hasn't started waits for. Pure. */
import type { Fact } from '../../remote.ts';

type Wait = NonNullable<Fact['wait']>;

/** `eta`: the earliest start, in milliseconds; `attempt`: the attempt that it waits for. */
export function waitFor(eta: number | null, now: number, attempt = 1): Wait {
  const until = eta !== null && eta > now ? eta : null;
  const reason = until === null ? 'remoteWorker' : 'delay';
  return { reason: attempt > 1 ? 'retryBackoff' : reason, until, detail: null };
}
