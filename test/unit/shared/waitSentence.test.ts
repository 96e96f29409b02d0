import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { WaitReason } from '../../../shared/job.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import { waitDetail } from '../../../shared/messages/waits.ts';
import { waitSentence } from '../../../shared/waitSentence.ts';

const places = (taken: number, limit: number) => waitDetail('wait.places', { taken, limit });
const now = Date.UTC(2026, 0, 2);
const sentence = (waitReason: WaitReason | null, detail: Message | null = null, inMs: number | null = null) =>
  waitSentence(
    {
      ...{ status: 'waiting', queue: 'gpu', waitReason, waitDetail: detail },
      waitUntil: inMs === null ? null : new Date(now + inMs).toISOString(),
    },
    now,
  );

describe('what a waiting job says it waits for', () => {
  it('is its queue, with how full it is', () => {
    assert.equal(sentence('queueFull', places(1, 1)), 'queue `gpu` is full (1 of 1)');
    assert.equal(sentence('queuePaused'), 'queue paused');
  });

  it('is the next start within the rate, whose time counts down', () => {
    assert.equal(sentence('rateLimit', null, 12_000), 'rate limit: next start in 12 s');
    assert.equal(sentence('rateLimit', null, 11_001), 'rate limit: next start in 12 s');
    assert.equal(sentence('rateLimit', null, 1), 'rate limit: next start in 1 s');
    assert.equal(sentence('rateLimit', null, -5), 'rate limit of queue `gpu`');
  });

  it('is another job, a time, a release or the next try', () => {
    assert.equal(sentence('dependency', waitDetail('wait.job', { job: 'build' })), 'after `build`');
    assert.equal(sentence('delay', null, 5_400_000), 'starts in 1 h 30 min');
    assert.equal(sentence('hold'), 'on hold until it is released');
    assert.equal(sentence('retryBackoff', waitDetail('wait.retry', { retry: 2, of: 3 }), 8_000), 'retry 2 of 3 in 8 s');
  });

  it('names no queue of a group, whose jobs may be in any', () => {
    const children = { pending: 0, waiting: 2, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 };
    const group = { status: 'waiting', queue: 'default', waitUntil: null, waitDetail: places(1, 1), children } as const;
    assert.equal(waitSentence({ ...group, waitReason: 'queueFull' }, now), 'its queue is full (1 of 1)');
    assert.equal(sentence('groupFull', places(2, 2)), 'its group runs as many as it may (2 of 2)');
  });

  it('is nothing for a job that doesn’t wait', () => {
    assert.equal(sentence(null), null);
    const done = { status: 'completed', queue: 'q', waitReason: null, waitUntil: null, waitDetail: null } as const;
    assert.equal(waitSentence(done, now), null);
  });
});
