import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { StuckProcess } from '../../../../../../daemon/engines/engine.ts';
import {
  killProcesses,
  type StopOptions,
  signalProcesses,
  stopProcesses,
} from '../../../../../../daemon/engines/local/processes/stop.ts';
import type { Process } from '../../../../../../daemon/engines/local/processes/table.ts';
import { ManualClock } from '../../../manualClock.ts';
import { aJob, aProcess } from './builders.ts';

describe('stopping the processes of a job', () => {
  let clock: ManualClock;
  let alive: Process[];
  let sent: string[];
  let stuck: StuckProcess[];
  /** What a signal does to a process. By default, it ends. */
  let react: (pid: number, signal: string) => void;
  let options: StopOptions;
  const job = aJob(100);

  beforeEach(() => {
    clock = new ManualClock();
    alive = [aProcess(100), aProcess(101)];
    sent = [];
    stuck = [];
    react = end;
    options = {
      clock,
      first: 'SIGTERM',
      graceMs: 1_000,
      signal: new AbortController().signal,
      processes: { look: async () => [...alive] },
      onStuck: (processes) => stuck.push(...processes),
      kill: (pid, signal) => {
        if (signal === 'SIGCONT') return;
        sent.push(`${signal} ${pid}`);
        react(pid, signal);
      },
    };
  });

  function end(pid: number): void {
    alive = alive.filter((one) => one.pid !== pid);
  }

  /** Lets the time pass until a promise settles. */
  async function settled<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    void promise.finally(() => {
      done = true;
    });
    while (!done) {
      await new Promise(setImmediate);
      clock.pass(50);
    }
    return promise;
  }

  it('sends SIGTERM to each of them', async () => {
    assert.deepEqual(await settled(stopProcesses(job, options).done), { killed: [], afterMs: 0 });
    assert.deepEqual(sent, ['SIGTERM 100', 'SIGTERM 101']);
  });

  it('sends it once to each, also to those that are started meanwhile', async () => {
    react = (pid) => {
      if (pid === 101) alive.push(aProcess(102));
      end(pid);
    };
    await settled(stopProcesses(job, options).done);
    assert.deepEqual(sent, ['SIGTERM 100', 'SIGTERM 101', 'SIGTERM 102']);
  });

  it('kills those that are left after the grace period until none is left', async () => {
    react = (pid, signal) => {
      if (signal !== 'SIGKILL') return;
      end(pid);
      if (pid === 101) alive.push(aProcess(102));
    };
    const { killed, afterMs } = await settled(stopProcesses(job, options).done);
    assert.deepEqual([killed.map(({ pid }) => pid), afterMs], [[100, 101, 102], 1_000]);
    assert.deepEqual(sent.slice(2), ['SIGKILL 100', 'SIGKILL 101', 'SIGKILL 102']);
  });

  it('kills at once without a grace period', async () => {
    await settled(killProcesses(job, options).done);
    assert.deepEqual(sent, ['SIGKILL 100', 'SIGKILL 101']);
  });

  it('names a process of another user, and waits until it ends', async () => {
    react = (pid) => {
      if (pid === 101) throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
      end(pid);
    };
    const stopping = stopProcesses(job, options);
    await stopping.requested;
    assert.deepEqual(stuck, [{ pid: 101, name: 'sleep', reason: 'otherUser' }]);
    clock.pass(5_000);
    await new Promise(setImmediate);
    end(101);
    await settled(stopping.done);
    assert.equal(stuck.length, 1);
  });

  it('names a process that does not even react to SIGKILL, once', async () => {
    let ticks = 0;
    react = (_pid, signal) => {
      ticks += signal === 'SIGKILL' ? 1 : 0;
      if (ticks > 300) alive = [];
    };
    alive = [aProcess(101)];
    await settled(killProcesses(job, options).done);
    assert.deepEqual(stuck, [{ pid: 101, name: 'sleep', reason: 'unresponsive' }]);
  });

  it('ignores a process that ends before it is signalled', async () => {
    react = (pid) => {
      end(pid);
      throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
    };
    await settled(stopProcesses(job, options).done);
    assert.deepEqual(stuck, []);
  });

  it('waits no longer when the daemon stops', async () => {
    react = () => {};
    const closing = new AbortController();
    const stopping = stopProcesses(job, { ...options, signal: closing.signal });
    await stopping.requested;
    closing.abort();
    assert.deepEqual((await stopping.done).killed, []);
    assert.equal(sent.includes('SIGKILL 100'), false);
  });

  it('can only send a signal', async () => {
    react = () => {};
    await signalProcesses(job, 'SIGINT', options);
    assert.deepEqual(sent, ['SIGINT 100', 'SIGINT 101']);
  });

  it('refuses to signal this daemon and the first process of the system', async () => {
    for (const pid of [process.pid, 1, 0, -1]) {
      alive = [aProcess(pid)];
      await assert.rejects(stopProcesses(job, options).done, /can't be a job's/);
    }
    assert.deepEqual(sent, []);
  });
});
