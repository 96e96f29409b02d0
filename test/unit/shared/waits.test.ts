import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { WaitReason } from '../../../shared/job.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import { waitDetail } from '../../../shared/messages/waits.ts';
import { translateBy } from '../../../shared/translate.ts';
import { waitLabel, waitSentence } from '../../../shared/waits.ts';

const places = (taken: number, limit: number) => waitDetail('wait.places', { taken, limit });
const now = Date.UTC(2026, 0, 2);
const sentence = (waitReason: WaitReason | null, detail: Message | null = null, inMs: number | null = null) =>
  waitSentence(
    {
      status: 'waiting',
      queue: 'gpu',
      waitReason,
      waitDetail: detail,
      waitUntil: inMs === null ? null : new Date(now + inMs).toISOString(),
    },
    now,
  );

describe('the sentence about why a job waits', () => {
  it('names its queue and how full it is', () => {
    assert.equal(sentence('queueFull', places(1, 1)), 'queue “gpu” is full (1 of 1)');
    assert.equal(sentence('queuePaused'), 'queue paused');
  });

  it('counts down to the next start that the rate limit allows', () => {
    assert.equal(sentence('rateLimit', null, 12_000), 'rate limit: next start in 12 s');
    assert.equal(sentence('rateLimit', null, 11_001), 'rate limit: next start in 12 s');
    assert.equal(sentence('rateLimit', null, 1), 'rate limit: next start in 1 s');
    assert.equal(sentence('rateLimit', null, -5), 'rate limit of queue “gpu”');
  });

  it('names the other job, the time until the start, the hold, or the next retry', () => {
    assert.equal(sentence('dependency', waitDetail('wait.job', { job: 'build' })), 'after “build”');
    assert.equal(sentence('delay', null, 5_400_000), 'starts in 1 h 30 min');
    assert.equal(sentence('hold'), 'on hold until released');
    assert.equal(sentence('remoteWorker'), 'no worker yet');
    assert.equal(sentence('retryBackoff', waitDetail('wait.retry', { retry: 2, of: 3 }), 8_000), 'retry 2 of 3 in 8 s');
  });

  it('does not name the queue of a group, whose jobs may be in different queues', () => {
    const children = { pending: 0, waiting: 2, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 };
    const group = { status: 'waiting', queue: 'default', waitUntil: null, waitDetail: places(1, 1), children } as const;
    assert.equal(waitSentence({ ...group, waitReason: 'queueFull' }, now), 'its queue is full (1 of 1)');
    assert.equal(sentence('groupFull', places(2, 2)), 'its group is at its limit (2 of 2)');
  });

  it('is null for a job that isn’t waiting', () => {
    assert.equal(sentence(null), null);
    const done = { status: 'completed', queue: 'q', waitReason: null, waitUntil: null, waitDetail: null } as const;
    assert.equal(waitSentence(done, now), null);
  });
});

describe('the label of a reason to wait', () => {
  it('is short and never changes', () => {
    assert.equal(waitLabel('queueFull'), 'queue full');
    assert.equal(waitLabel('hold'), 'on hold');
  });

  it('is in the reader’s language', () => {
    const german = translateBy({ 'waitReason.hold': 'zurückgestellt' }, 'de');
    assert.equal(waitLabel('hold', german), 'zurückgestellt');
  });
});
