import assert from 'node:assert/strict';
import { WorkerRegistry } from '../../../../../../daemon/engines/celery/following/workerRegistry.ts';
import { heartbeat } from '../builders.ts';

describe('the registry of Celery workers', () => {
  it('learns about workers from their heartbeats', () => {
    const workers = new WorkerRegistry();
    assert.equal(workers.onEvent(heartbeat('w1'), 0), 'came');
    assert.equal(workers.onEvent(heartbeat('w1'), 2_000), null);
    assert.equal(workers.onEvent(heartbeat('w1', 2), 4_000), 'replaced');
    assert.equal(workers.onEvent(heartbeat('w1', 2, { kind: 'offline' }), 5_000), 'left');
    const [worker] = workers.list(5_000);
    assert.deepEqual([worker?.active, worker?.processed, worker?.version, worker?.online], [1, 2, '5.5.3', true]);
  });

  it('considers a worker silent after two missed heartbeats', () => {
    const workers = new WorkerRegistry();
    workers.onEvent(heartbeat('w1'), 0);
    assert.deepEqual([workers.silent(4_000), workers.silent(4_600)], [[], ['w1']]);
  });

  it('uses the interval that a worker reports', () => {
    const workers = new WorkerRegistry();
    workers.onEvent(heartbeat('w1', 1, { heartbeatMs: 10_000 }), 0);
    assert.deepEqual([workers.silent(20_000), workers.silent(20_600)], [[], ['w1']]);
  });

  it('gives workers time to return after an outage, until they do', () => {
    const workers = new WorkerRegistry();
    workers.onEvent(heartbeat('w1'), 0);
    workers.grantGrace(10_000);
    assert.deepEqual(workers.silent(14_000), []);
    workers.grantGrace(20_000, 30_000);
    assert.deepEqual([workers.silent(49_000), workers.silent(50_000)], [[], ['w1']]);
    workers.onEvent(heartbeat('w1'), 60_000);
    workers.grantGrace(61_000, 30_000);
    workers.onEvent(heartbeat('w1'), 62_000);
    assert.deepEqual(workers.silent(67_000), ['w1']);
  });

  it('lists offline workers for an hour', () => {
    const workers = new WorkerRegistry();
    workers.onEvent(heartbeat('w1'), 0);
    workers.markOffline('w1');
    assert.deepEqual([workers.list(1_000).length, workers.list(3_700_000).length], [1, 0]);
  });
});
