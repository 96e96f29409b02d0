import assert from 'node:assert/strict';
import { Emitter } from '../../../../extension/base/event.ts';
import type { ConnectionState, DaemonAccess, FeedHints } from '../../../../extension/daemon/access.ts';
import type { JobsChange } from '../../../../extension/daemon/jobsModel.ts';
import { Connections } from '../../../../extension/engines/connections.ts';
import type { Connection } from '../../../../shared/connection.ts';
import type { FeedSubject } from '../../../../shared/feedMessages.ts';
import type { Job } from '../../../../shared/job.ts';
import { makeJob, makeState } from '../builders.ts';
import { makeConnection } from './builders.ts';

/** A daemon with jobs, and with connections that the test changes. */
function make() {
  const states = new Emitter<ConnectionState>();
  const changes = new Emitter<JobsChange>();
  const hints = new Emitter<readonly FeedSubject[]>();
  const daemon = { connections: [makeConnection()] as Connection[], reads: 0 };
  const client = {
    async connections() {
      daemon.reads += 1;
      return daemon.connections;
    },
  };
  const access = {
    state: makeState(),
    onDidChangeState: states.event,
    onDidHint: hints.event,
    client: async () => client,
  };
  const jobs = new Map<string, Job>();
  const model = { get: (id: string) => jobs.get(id), all: () => [...jobs.values()], onDidChange: changes.event };
  const connections = new Connections({ access: access as unknown as DaemonAccess & FeedHints, model });
  return {
    connections,
    daemon,
    /** Resolves when the connections have been read. */
    next: () =>
      new Promise<void>((resolve) => {
        const subscription = connections.reading.onDidRead(({ now }) => {
          if (now === undefined) return;
          subscription.dispose();
          resolve();
        });
      }),
    take(job: Job) {
      jobs.set(job.id, job);
      changes.fire({ changed: [job.id], removed: [], reset: false, progressOnly: false });
    },
    hint: (subject: FeedSubject) => hints.fire([subject]),
    turn(state: Partial<ConnectionState>) {
      access.state = makeState(state);
      states.fire(access.state);
    },
  };
}

const remote = (given: Partial<Job> = {}) => makeJob({ engine: 'celery', connection: 'prod', ...given });
const warning = { code: 'CONNECTION_FAILED' as const, message: 'The connection prod is down.', hint: null };

describe('the state of connections', () => {
  it('is not requested while no job has a connection', () => {
    const { connections, daemon, take } = make();
    take(makeJob());
    assert.equal(daemon.reads, 0);
    assert.equal(connections.of(makeJob()), null);
    connections.dispose();
  });

  it('is read once a job has a connection, even when hidden, and not with every change', async () => {
    const { connections, daemon, take, next } = make();
    const read = next();
    const job = remote();
    take(job);
    await read;
    assert.equal(connections.of(job)?.name, 'prod');
    assert.equal(connections.running('prod'), 1);
    take({ ...job, status: 'completed' });
    assert.equal(daemon.reads, 1);
    assert.equal(connections.running('prod'), 0);
    connections.dispose();
  });

  it('is requested once for a removed connection', async () => {
    const { connections, daemon, take, next } = make();
    const read = next();
    take(remote({ connection: 'gone' }));
    await read;
    take(remote({ connection: 'gone' }));
    assert.equal(daemon.reads, 1);
    assert.equal(connections.get('gone'), null);
    connections.dispose();
  });

  it('is read again when the daemon’s warning appears or disappears', async () => {
    const { connections, daemon, take, turn, next } = make();
    const first = next();
    take(remote());
    await first;
    let told = 0;
    connections.onDidChange(() => {
      told += 1;
    });
    daemon.connections = [makeConnection({ state: 'unreachable' })];
    const down = next();
    turn({ warnings: [warning] });
    await down;
    assert.deepEqual([connections.get('prod')?.state, told], ['unreachable', 1]);
    turn({ warnings: [warning] });
    assert.equal(daemon.reads, 2);
    daemon.connections = [makeConnection()];
    const up = next();
    turn({});
    await up;
    assert.deepEqual([connections.get('prod')?.state, told], ['connected', 2]);
    connections.dispose();
  });

  it('is unknown without a daemon, and read again when it is back', async () => {
    const { connections, take, turn, next } = make();
    const first = next();
    take(remote());
    await first;
    turn({ status: 'reconnecting' });
    assert.equal(connections.get('prod'), null);
    const again = next();
    turn({ status: 'connected' });
    await again;
    assert.equal(connections.get('prod')?.name, 'prod');
    connections.dispose();
  });

  it('is read again on a hint of the daemon when visible', async () => {
    const { connections, daemon, hint, next } = make();
    hint('connections');
    assert.equal(daemon.reads, 0);
    const first = next();
    connections.setVisible(true);
    await first;
    hint('queues');
    daemon.connections = [makeConnection({ readOnly: true })];
    const second = next();
    hint('connections');
    await second;
    assert.deepEqual([daemon.reads, connections.get('prod')?.readOnly], [2, true]);
    connections.dispose();
  });

  it('is read again when hidden while a connection is not connected', async () => {
    const { connections, daemon, take, hint, next } = make();
    daemon.connections = [makeConnection({ state: 'connecting' })];
    const first = next();
    take(remote());
    await first;
    daemon.connections = [makeConnection()];
    const second = next();
    hint('connections');
    await second;
    assert.equal(connections.get('prod')?.state, 'connected');
    hint('connections');
    assert.equal(daemon.reads, 2);
    connections.dispose();
  });
});
