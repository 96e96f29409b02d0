/** What a queued run waits for: by the configuration of its function, or by its next items in the server's queue. */

import { inngestMessage } from '../../../../shared/messages/inngest.ts';
import { waitDetail } from '../../../../shared/messages/waits.ts';
import type { Fact } from '../../remote.ts';
import { asArray } from '../../untrustedJson.ts';
import { getPath, readInteger, readText, readTime } from '../http/json.ts';

type Wait = NonNullable<Fact['wait']>;

/** What keeps runs of a function from starting, as far as a list can tell. */
export interface FunctionLimits {
  paused: boolean;
  /** Of the function alone; without a key, by which each value would have a limit of its own. */
  concurrency: number | null;
  /** So many starts per period, such as 5 per `60s`. */
  throttle: { limit: number; period: string } | null;
}

/** Of a function as `GET /api/v2/apps/{app}/functions` tells it. */
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
 * Of `GET /v1/runs/{id}/jobs`: null when nothing of it is for later. Times by the server's clock. A run that sleeps is
 * told as running, but nothing of it runs.
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
  // Such as the end of its patience for an event.
  return null;
}
