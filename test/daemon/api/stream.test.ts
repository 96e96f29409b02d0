import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'mocha';
import type { FeedMessage, FeedPart } from '../../../shared/feedMessages.ts';
import { FeedParts } from '../../../shared/feedParts.ts';
import { isTerminal } from '../../../shared/status.ts';
import { makeHome, startDaemon, type TestDaemon } from '../harness.ts';
import { FeedClient } from './feedClient.ts';

describe('the stream', function () {
  this.timeout(60_000);
  let home: string;
  let daemon: TestDaemon;
  before(async () => {
    home = makeHome();
    daemon = await startDaemon({ home });
  });
  after(async () => {
    await daemon.dispose();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const allEnded = (client: FeedClient, ids: string[]) => () =>
    ids.every((id) => isTerminal(client.state.jobs.get(id)?.status ?? 'pending'));
  const submitMany = (count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await daemon.submit('true')).id));

  const clients = async () => (await daemon.request('GET', '/v1/health')).body.clients;

  it('shows a job from its submission to its end', async () => {
    const client = await FeedClient.open(daemon);
    assert.equal(client.messages[0]?.type, 'snapshot');
    const { id } = await daemon.submit('true');
    await client.until(allEnded(client, [id]));
    assert.deepEqual(client.state.jobs.get(id), (await daemon.request('GET', '/v1/jobs')).body.jobs[0]);
    await client.close();
  });

  it('counts its clients', async () => {
    const [one, another] = await Promise.all([FeedClient.open(daemon), FeedClient.open(daemon)]);
    assert.equal(await clients(), 2);
    await one.close();
    // Terminated without a close frame, like a crashed client.
    another.socket.terminate();
    // The daemon notices this slightly later than the clients.
    while ((await clients()) > 0);
  });

  it('shows a resuming client the same as a new one: changed, new and removed jobs', async () => {
    const client = await FeedClient.open(daemon);
    const [changed = '', removed = ''] = await submitMany(2);
    await client.until(allEnded(client, [changed, removed]));
    await client.close();

    await daemon.request('DELETE', `/v1/jobs/${removed}`);
    await daemon.request('POST', `/v1/jobs/${changed}/retry`);
    await daemon.waitForJob(changed, ({ attempt, status }) => attempt === 2 && isTerminal(status));
    const [added = ''] = await submitMany(1);
    await daemon.waitForJob(added, ({ status }) => isTerminal(status));

    const resumed = await FeedClient.open(daemon, client.state);
    const fresh = await FeedClient.open(daemon);
    assert.equal(resumed.messages[0]?.type, 'changes');
    assert.equal(fresh.messages[0]?.type, 'snapshot');
    assert.deepEqual(resumed.state, fresh.state);
    assert(resumed.state.jobs.has(added) && !resumed.state.jobs.has(removed));
    await Promise.all([resumed.close(), fresh.close()]);
  });

  it('resumes after the daemon was killed', async () => {
    const client = await FeedClient.open(daemon);
    const { id } = await daemon.submit('sleep 0.3; exit 3');
    await client.until(() => client.state.jobs.get(id)?.status === 'running');
    await daemon.kill9();
    await client.closed;
    daemon = await startDaemon({ home });

    const resumed = await FeedClient.open(daemon, client.state);
    assert.equal(resumed.messages[0]?.type, 'changes');
    await resumed.until(allEnded(resumed, [id]));
    assert.equal(resumed.state.jobs.get(id)?.exitCode, 3);
    const fresh = await FeedClient.open(daemon);
    assert.deepEqual(resumed.jobs, fresh.jobs);
    await Promise.all([resumed.close(), fresh.close()]);
  });

  it('sends a snapshot to a client with another database or a later revision', async () => {
    const client = await FeedClient.open(daemon);
    for (const from of [
      { ...client.state, epoch: 'another' },
      { ...client.state, rev: 1_000_000_000 },
    ]) {
      const other = await FeedClient.open(daemon, from);
      assert.equal(other.messages[0]?.type, 'snapshot');
      assert.deepEqual(other.state, client.state);
      await other.close();
    }
    await client.close();
  });

  it('is not stalled by a client that does not read, and sends it the latest state when it reads again', async () => {
    const slow = await FeedClient.open(daemon);
    const quick = await FeedClient.open(daemon);
    slow.socket.pause();
    const received = slow.messages.length;
    const ids = await submitMany(60);
    await quick.until(allEnded(quick, ids));
    assert.equal(slow.messages.length, received);
    slow.socket.resume();
    await slow.until(allEnded(slow, ids));
    await slow.until(() => slow.state.rev === quick.state.rev);
    assert.deepEqual(slow.jobs, quick.jobs);
    await Promise.all([slow.close(), quick.close()]);
  });

  it('combines changes into few frames', async () => {
    const client = await FeedClient.open(daemon);
    const begin = performance.now();
    const ids = await submitMany(60);
    await client.until(allEnded(client, ids));
    const frames = client.messages.length - 1;
    // At most one per 20 ms.
    const most = (performance.now() - begin) / 20 + 2;
    assert(frames <= most, `${frames} frames instead of at most ${most}`);
    await client.close();
  });

  const bad: [string, unknown, RegExp][] = [
    ['a message that is not JSON', '{"type"', /not valid JSON\./],
    ['another type', { type: 'hello', epoch: null, rev: null }, /“type” must be "subscribe"\./],
    ['a missing field', { type: 'subscribe', epoch: null }, /“rev” is missing\./],
    ['an unknown field', { type: 'subscribe', epoch: null, rev: null, all: true }, /“all” is not a known field\./],
    ['bytes', Buffer.from('{"type":"subscribe","epoch":null,"rev":null}'), /is binary\./],
  ];
  for (const [what, message, error] of bad) {
    it(`replies to ${what} with an error and closes`, async () => {
      const client = await FeedClient.connect(daemon);
      client.send(message);
      assert.deepEqual(await client.closed, { code: 1008, reason: 'INVALID_REQUEST' });
      const [answer] = client.messages;
      assert(answer?.type === 'error');
      assert.equal(answer.error.code, 'INVALID_REQUEST');
      assert.match(answer.error.message, error);
    });
  }

  it('rejects a second subscription', async () => {
    const client = await FeedClient.open(daemon);
    client.send({ type: 'subscribe', epoch: null, rev: null });
    assert.equal((await client.closed).code, 1008);
    assert.match(JSON.stringify(client.messages.at(-1)), /subscribedAlready/);
  });

  it('sends a large snapshot in parts on request, otherwise as a whole', async () => {
    await daemon.request('PUT', '/v1/queues/many', { concurrency: 1 });
    await daemon.request('POST', '/v1/queues/many/pause');
    const job = { command: { argv: ['true'] }, queue: 'many', cwd: tmpdir() };
    const partitions = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T10:00:00Z', every: '1m' };
    assert.equal((await daemon.request('POST', '/v1/backfills', { job, ...partitions })).status, 201);
    const whole = await FeedClient.open(daemon);
    const socket = daemon.openStream(undefined, '/v1/stream?parts');
    await once(socket, 'open');
    const parts = new FeedParts();
    const kinds: string[] = [];
    const all = new Promise<FeedMessage>((settle) => {
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as FeedMessage | FeedPart;
        kinds.push(message.type);
        const joined = parts.join(message);
        if (joined !== null) settle(joined);
      });
    });
    socket.send(JSON.stringify({ type: 'subscribe', epoch: null, rev: null }));
    assert.deepEqual(await all, whole.messages[0]);
    assert.deepEqual(kinds.slice(0, 3), ['part', 'part', 'snapshot']);
    socket.close();
    await Promise.all([once(socket, 'close'), whole.close()]);
  });

  it('closes a connection that sends too much, and keeps running', async () => {
    const client = await FeedClient.connect(daemon);
    client.send('x'.repeat(5_000_000));
    assert.equal((await client.closed).code, 1009);
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });
});
