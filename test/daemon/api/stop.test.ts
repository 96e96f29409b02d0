import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { makeHome, type StartOptions, startDaemon, type TestDaemon } from '../harness.ts';
import { FeedClient } from './feedClient.ts';

describe('the daemon stops', function () {
  this.timeout(30_000);
  let home: string;
  let daemons: TestDaemon[];

  beforeEach(() => {
    home = makeHome();
    daemons = [];
  });
  afterEach(async () => {
    for (const daemon of daemons) await daemon.dispose();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = async (options: StartOptions = {}) => {
    const daemon = await startDaemon({ home, ...options });
    daemons.push(daemon);
    return daemon;
  };
  const ended = { code: 0, signal: null };

  it('on request, after replying and notifying the feed', async () => {
    const daemon = await start();
    const client = await FeedClient.open(daemon);
    const reply = await daemon.request('POST', '/v1/daemon/stop', {});
    assert.deepEqual([reply.status, reply.body], [202, { reason: 'stop' }]);
    assert.deepEqual(await client.closed, { code: 1001, reason: 'The daemon is stopping.' });
    assert.deepEqual(client.messages.at(-1), { type: 'stopping', reason: 'stop' });
    assert.deepEqual(await daemon.exited, ended);
    assert(!existsSync(join(home, 'daemon.json')));
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`on ${signal}`, async () => {
      const daemon = await start();
      const client = await FeedClient.open(daemon);
      daemon.process.kill(signal);
      await client.closed;
      assert.deepEqual(client.messages.at(-1), { type: 'stopping', reason: 'stop' });
      assert.deepEqual(await daemon.exited, ended);
      assert(!existsSync(join(home, 'daemon.json')));
    });
  }

  it('for a newer one, while a job keeps running', async () => {
    const old = await start();
    const gate = join(home, 'gate');
    const { id } = await old.submit(`until [ -e '${gate}' ]; do sleep 0.05; done; echo through; exit 3`);
    const { startedAt } = await old.waitForJob(id, ({ status }) => status === 'running');
    const client = await FeedClient.open(old);
    await old.request('POST', '/v1/daemon/stop', { reason: 'handover' });
    await client.closed;
    assert.deepEqual(client.messages.at(-1), { type: 'stopping', reason: 'handover' });
    assert.deepEqual(await old.exited, ended);

    const next = await start();
    const resumed = await FeedClient.open(next, client.state);
    assert.equal(resumed.state.jobs.get(id)?.status, 'running');
    writeFileSync(gate, '');
    const job = await next.waitForJob(id, ({ endedAt }) => endedAt !== null);
    assert.deepEqual([job.status, job.exitCode, job.attempt, job.startedAt], ['failed', 3, 1, startedAt]);
    const log = await next.request('GET', `/v1/jobs/${id}/attempts/1/log`);
    assert.equal(log.text, 'through\n');
  });

  it('at once for clients that follow a log, with the output so far', async () => {
    const daemon = await start();
    const { id } = await daemon.submit('echo first; sleep 60');
    await daemon.waitForJob(id, ({ status }) => status === 'running');
    const path = `/v1/jobs/${id}/attempts/1/log`;
    assert.equal((await daemon.request('GET', `${path}?offset=5&wait=60000`)).text, '\n');
    const waiting = daemon.request('GET', `${path}?offset=6&wait=60000`);
    await daemon.request('GET', '/v1/health');
    await daemon.stop();
    const { status, headers } = await waiting;
    assert.deepEqual([status, headers.get('x-jobdeck-log-ended')], [200, '0']);
    assert.deepEqual(await daemon.exited, ended);
  });

  it('without waiting for an unresponsive client', async () => {
    const daemon = await start();
    const client = await FeedClient.open(daemon);
    client.socket.pause();
    daemon.process.kill('SIGTERM');
    assert.deepEqual(await daemon.exited, ended);
    client.socket.terminate();
  });

  it('but keeps the daemon.json of another daemon', async () => {
    const daemon = await start();
    const file = join(home, 'daemon.json');
    writeFileSync(file, JSON.stringify({ ...daemon.info, token: 'another' }));
    await daemon.stop();
    assert(existsSync(file));
  });

  it('when idle', async () => {
    const daemon = await start({ config: { idleExitSeconds: 1 } });
    assert.deepEqual(await daemon.exited, ended);
    assert(!existsSync(join(home, 'daemon.json')));
  });

  it('when idle, but only after the last job has ended and the last client has disconnected', async () => {
    const daemon = await start({ config: { idleExitSeconds: 1 } });
    const client = await FeedClient.open(daemon);
    const gate = join(home, 'gate');
    const { id } = await daemon.submit(`until [ -e '${gate}' ]; do sleep 0.05; done`);
    const begin = Date.now();
    // Longer than the idle time. That it does not exit can't be observed otherwise.
    const { id: clock } = await daemon.submit('sleep 2.5');
    await client.until(() => client.state.jobs.get(clock)?.status === 'completed');
    assert(Date.now() - begin > 2000);
    await client.close();
    await daemon.request('GET', '/v1/health');
    writeFileSync(gate, '');
    await daemon.waitForJob(id, ({ status }) => status === 'completed');
    assert.deepEqual(await daemon.exited, ended);
  });
});
