import assert from 'node:assert/strict';
import type { WebSocket } from 'ws';
import { DaemonClient } from '../../../../shared/client/http.ts';
import { waitForJobs } from '../../../../shared/client/wait.ts';
import type { FeedMessage } from '../../../../shared/feedMessages.ts';
import type { Job } from '../../../../shared/job.ts';
import { isTerminal } from '../../../../shared/status.ts';
import { FakeDaemon, json } from './fakeDaemon.ts';

const job = (id: string, status: Job['status']) => ({ id, status }) as Job;
const ended = ({ status }: Job) => isTerminal(status);

describe('waiting for jobs', () => {
  let daemon: FakeDaemon;
  let client: DaemonClient;
  const older = new Map<string, Job>();

  beforeEach(async () => {
    older.clear();
    daemon = await new FakeDaemon(({ url }, response) => {
      const known = older.get(url.replace('/v1/jobs/', ''));
      if (known) json(response, 200, known);
      else json(response, 404, { error: { code: 'JOB_NOT_FOUND', message: 'No such job.', hint: null } });
    }).listen();
    client = new DaemonClient(daemon.address);
  });
  afterEach(async () => {
    client.close();
    await daemon.close();
  });

  /** Replies to the next subscription with these messages, and returns the connection for more. */
  function feed(...messages: FeedMessage[]): Promise<WebSocket> {
    return new Promise((resolve) => {
      daemon.sockets.once('connection', (socket: WebSocket) => {
        socket.once('message', () => {
          for (const message of messages) socket.send(JSON.stringify(message));
          resolve(socket);
        });
      });
    });
  }
  const snapshot = (...jobs: Job[]): FeedMessage => ({ type: 'snapshot', epoch: 'e', rev: 1, jobs });
  const changes = (jobs: Job[], removed: string[] = []): FeedMessage => ({ type: 'changes', rev: 2, jobs, removed });

  it('ends when the last one has finished', async () => {
    const connected = feed(snapshot(job('a', 'running'), job('b', 'completed'), job('c', 'running')));
    const waiting = waitForJobs(client, ['a', 'b'], ended);
    (await connected).send(JSON.stringify(changes([job('a', 'failed')])));
    const jobs = await waiting;
    assert.deepEqual([...jobs.values()].map(({ id, status }) => `${id} ${status}`).sort(), ['a failed', 'b completed']);
  });

  it('finds a finished job that is too old for the feed', async () => {
    older.set('a', job('a', 'completed'));
    feed(snapshot());
    assert.equal((await waitForJobs(client, ['a'], ended)).get('a')?.status, 'completed');
  });

  it('rejects with JOB_NOT_FOUND for an unknown job', async () => {
    feed(snapshot());
    await assert.rejects(waitForJobs(client, ['a'], ended), { code: 'JOB_NOT_FOUND' });
  });

  it('rejects with JOB_NOT_FOUND for a job that is removed in the meantime', async () => {
    feed(snapshot(job('a', 'running')), changes([], ['a']));
    await assert.rejects(waitForJobs(client, ['a'], ended), { code: 'JOB_NOT_FOUND', message: /removed/ });
  });

  it('rejects with DAEMON_UNREACHABLE if the daemon disconnects', async () => {
    const connected = feed(snapshot(job('a', 'running')));
    const waiting = waitForJobs(client, ['a'], ended);
    (await connected).terminate();
    await assert.rejects(waiting, { code: 'DAEMON_UNREACHABLE' });
  });

  it('closes the connection when aborted', async () => {
    const abort = new AbortController();
    const connected = feed(snapshot(job('a', 'running')));
    const waiting = waitForJobs(client, ['a'], ended, abort.signal);
    const socket = await connected;
    const gone = new Promise((resolve) => socket.once('close', resolve));
    abort.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await gone;
  });
});
