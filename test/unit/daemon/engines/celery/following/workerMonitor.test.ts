import assert from 'node:assert/strict';
import { WorkerMonitor } from '../../../../../../daemon/engines/celery/following/workerMonitor.ts';
import { WorkerRegistry } from '../../../../../../daemon/engines/celery/following/workerRegistry.ts';
import type { Fact } from '../../../../../../daemon/engines/remote.ts';
import { event, heartbeat, received, TrackerBench } from '../builders.ts';
import { controlWith, ManualClock } from '../remoteControl.ts';

/** Checks a silent worker that runs a task. */
async function check(replies: Record<string, unknown>, receivers: number | null, pool = 'prefork') {
  const clock = new ManualClock();
  const workers = new WorkerRegistry();
  const bench = new TrackerBench();
  const facts: Fact[] = [];
  const monitor = new WorkerMonitor({
    workers,
    enableEvents: true,
    tracker: bench.tracker,
    now: clock.now,
    report: (reported) => void facts.push(...reported),
    onChanged: () => {},
  });
  workers.onEvent(heartbeat('w1@host'), 0);
  workers.update('w1@host', { stats: { pool, concurrency: 1, processed: 0 } });
  await bench.receive(received(), event('started'));
  clock.advance(5_000);
  const checking = monitor.checkSilent(controlWith(clock, workers, replies, receivers));
  await new Promise(setImmediate);
  clock.advance(2_000);
  await checking;
  return {
    errors: facts.map(({ status, error }) => [status, error?.variant, error?.params]),
    online: workers.online().length,
  };
}

describe('the monitor of Celery workers', () => {
  const lostAfter = (silence: number) => ({
    errors: [['lost', 'silent', { worker: 'w1@host', silence }]],
    online: 0,
  });

  it('reports the tasks of a silent worker that does not reply as lost', async () => {
    assert.deepEqual(await check({}, 1), lostAfter(7_000));
    assert.deepEqual(await check({}, 0), lostAfter(5_000));
  });

  it('keeps the tasks of a silent worker that replies', async () => {
    assert.deepEqual(await check({ 'w1@host': { ok: 'pong' } }, 1), { errors: [], online: 1 });
  });

  it('keeps the tasks of a busy solo worker, which can’t reply, while it is connected', async () => {
    assert.deepEqual(await check({}, 1, 'solo'), { errors: [], online: 1 });
    assert.deepEqual(await check({}, 0, 'solo'), lostAfter(5_000));
  });
});
