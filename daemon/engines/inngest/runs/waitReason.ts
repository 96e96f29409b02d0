/** What a queued run waits for, from the configuration of its function or from its items in the server's queue. */
import { inngestMessage } from '../../../../shared/messages/inngest.ts';
import { waitDetail } from '../../../../shared/messages/waits.ts';
import type { Fact } from '../../remote.ts';
import { asArray } from '../../untrustedJson.ts';
import { getPath, readInteger, readText, readTime } from '../http/json.ts';

type Wait = NonNullable<Fact['wait']>;

/** Limits that keep runs of a function from starting. */
export interface FunctionLimits {
  paused: boolean;
  /** Limit of the whole function; limits per key are ignored. */
  concurrency: number | null;
  /** Maximum number of starts per period, such as 5 per `60s`. */
  throttle: { limit: number; period: string } | null;
}

/** Reads the limits of a function from `GET /api/v2/apps/{app}/functions`. */
export function readLimits(item: unknown): FunctionLimits {
  const configuration = getPath(item, 'configuration');
  const concurrency = asArray(getPath(configuration, 'concurrency'))
    .filter((one) => readText(getPath(one, 'key')) === null && (getPath(one, 'scope') ?? 'FUNCTION') === 'FUNCTION')
    .flatMap((one) => readInteger(getPath(one, 'limit', 'value')) ?? [])
    .filter((limit) => limit > 0);
  const throttle = getPath(configuration, 'throttle');
  const limit = readInteger(getPath(throttle, 'limit'));
  return {
    paused: getPath(item, 'isPaused') === true,
    concurrency: concurrency.length === 0 ? null : Math.min(...concurrency),
    throttle: limit === null ? null : { limit, period: readText(getPath(throttle, 'period'), 40) ?? 'period' },
  };
}

/** `running` is the number of runs of its function that have started. */
export function waitFromLimits(status: string, limits: FunctionLimits | undefined, running: number): Wait {
  const wait = (reason: Wait['reason'], detail: Wait['detail']): Wait => ({ reason, until: null, detail });
  if (status === 'PAUSED' || limits?.paused) return wait('queuePaused', waitDetail('wait.functionPaused'));
  if (limits?.concurrency != null && running >= limits.concurrency) {
    return wait('queueFull', waitDetail('wait.places', { taken: running, limit: limits.concurrency }));
  }
  if (limits?.throttle != null) return wait('rateLimit', waitDetail('wait.throttle', limits.throttle));
  return wait('remoteWorker', null);
}

/**
 * Reads `GET /v1/runs/{id}/jobs`. Returns null if the run isn't waiting for a time. Times by the server's clock. Needed
 * because the server lists a sleeping run as running.
 */
export function waitFromQueueItems(body: unknown, now: number): Wait | null {
  const items = asArray(getPath(body, 'data') ?? body);
  const next = items
    .map((item) => ({
      due: readTime(getPath(item, 'at')) ?? 0,
      kind: readText(getPath(item, 'kind'), 60) ?? '',
      attempt: readInteger(getPath(item, 'attempt')) ?? 0,
    }))
    .sort((one, other) => one.due - other.due)[0];
  if (!next || next.due <= now) return null;
  if (next.kind === 'sleep') return { reason: 'delay', until: next.due, detail: waitDetail('wait.sleep') };
  if (next.attempt > 0)
    return {
      reason: 'retryBackoff',
      until: next.due,
      detail: inngestMessage('inngest.retry', { retry: next.attempt }),
    };
  if (next.kind === 'start') return { reason: 'delay', until: next.due, detail: waitDetail('wait.startsLater') };
  // Other items are, for example, timeouts of waits for an event.
  return null;
}
