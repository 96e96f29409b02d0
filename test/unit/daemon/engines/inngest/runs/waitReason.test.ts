import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  readLimits,
  waitFromLimits,
  waitFromQueueItems,
} from '../../../../../../daemon/engines/inngest/runs/waitReason.ts';
import { inngestMessage } from '../../../../../../shared/messages/inngest.ts';
import { waitDetail } from '../../../../../../shared/messages/waits.ts';
import { recorded } from '../../../../../engines/inngest/recorded.ts';

describe('the wait reason of an Inngest run', () => {
  const limits = { paused: false, concurrency: null, throttle: null };

  it('is a worker by default', () => {
    assert.deepEqual(waitFromLimits('QUEUED', undefined, 5), { reason: 'remoteWorker', until: null, detail: null });
  });

  it('is the concurrency, the throttle or a paused function', () => {
    assert.deepEqual(waitFromLimits('QUEUED', { ...limits, concurrency: 2 }, 2), {
      reason: 'queueFull',
      until: null,
      detail: waitDetail('wait.places', { taken: 2, limit: 2 }),
    });
    assert.equal(waitFromLimits('QUEUED', { ...limits, concurrency: 2 }, 1).reason, 'remoteWorker');
    assert.deepEqual(waitFromLimits('QUEUED', { ...limits, throttle: { limit: 5, period: '60s' } }, 0), {
      reason: 'rateLimit',
      until: null,
      detail: waitDetail('wait.throttle', { limit: 5, period: '60s' }),
    });
    assert.equal(waitFromLimits('PAUSED', limits, 0).reason, 'queuePaused');
    assert.equal(waitFromLimits('QUEUED', { ...limits, paused: true }, 0).reason, 'queuePaused');
  });

  it('depends on limits of the function, not on those of an account or a key', () => {
    const limit = (value: number) => ({ limit: { value } });
    const concurrency = [
      { ...limit(-1), scope: 'ACCOUNT' },
      { ...limit(1), scope: 'ENVIRONMENT' },
      { ...limit(2), key: 'event.data.user' },
      { ...limit(7), scope: 'FUNCTION' },
      limit(9),
    ];
    const throttle = { limit: 5, period: '60s' };
    assert.deepEqual(readLimits({ configuration: { concurrency, throttle }, isPaused: true }), {
      paused: true,
      concurrency: 7,
      throttle,
    });
    assert.deepEqual(readLimits({}), limits);
  });

  it('depends on the next queue item: a sleep, a retry or a later start', () => {
    const items = recorded('v1 jobs mid-run').response;
    const due = Date.parse('2026-11-22T01:46:36.973Z');
    assert.deepEqual(waitFromQueueItems(items, due - 1_000), {
      reason: 'delay',
      until: due,
      detail: waitDetail('wait.sleep'),
    });
    assert.equal(waitFromQueueItems(items, due), null);
    const item = (kind: string, attempt: number, at = due) => ({ kind, attempt, at: new Date(at).toISOString() });
    const retry = waitFromQueueItems([item('edge', 2)], 0);
    assert.deepEqual(retry, {
      reason: 'retryBackoff',
      until: due,
      detail: inngestMessage('inngest.retry', { retry: 2 }),
    });
    assert.deepEqual(waitFromQueueItems([item('start', 0)], 0)?.detail, waitDetail('wait.startsLater'));
    assert.equal(waitFromQueueItems([item('pause', 0)], 0), null);
    // An item that is due is running.
    assert.equal(waitFromQueueItems([item('sleep', 0, due + 9_000), item('edge', 0)], due), null);
    assert.deepEqual([waitFromQueueItems(null, 0), waitFromQueueItems({ data: [{}] }, 0)], [null, null]);
  });
});
