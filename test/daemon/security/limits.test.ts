/** What a single client can take from the daemon: limited memory, and no other client's connections. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FeedClient } from '../api/feedClient.ts';
import { cliBundle } from '../cli/bench.ts';
import { startDaemon, type TestDaemon } from '../harness.ts';

const megabyte = 1024 * 1024;

describe('limits of the daemon', function () {
  this.timeout(60_000);
  let daemon: TestDaemon;
  let open: Socket[];
  beforeEach(async () => {
    daemon = await startDaemon();
    open = [];
  });
  afterEach(async () => {
    for (const socket of open) socket.destroy();
    await daemon.dispose();
  });

  async function connection(): Promise<Socket> {
    const socket = connect(daemon.info.port, '127.0.0.1');
    open.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  const get = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${daemon.info.port}\r\nAuthorization: Bearer ${daemon.info.token}\r\n\r\n`;

  /** Receives data until it contains `end`. */
  async function receiveUntil(socket: Socket, end = '}'): Promise<string> {
    let text = '';
    while (!text.includes(end)) text += String((await once(socket, 'data'))[0]);
    return text;
  }

  /** Resident memory of the daemon in bytes. */
  function memory(): number {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.info.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  }

  it('keep idle connections from locking others out', async () => {
    const held = await connection();
    const gone = new Promise((resolve) => held.once('close', resolve));
    for (let n = 0; n < 600; n += 1) await connection();
    // The oldest connection without a token is closed first.
    await gone;
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
    await (await FeedClient.open(daemon)).close();
  });

  it('reject more than 512 authorized connections with an error, until one is closed', async () => {
    for (let n = 0; n < 512; n += 1) {
      const socket = await connection();
      socket.write(get('/v1/no'));
      assert.match(await receiveUntil(socket), / 404 /);
    }
    const refused = await connection();
    refused.write(get('/v1/no'));
    assert.match(await receiveUntil(refused), / 429 [\s\S]*TOO_MANY_CONNECTIONS/);
    open[0]?.destroy();
    for (;;) {
      refused.write(get('/v1/no'));
      if (/ 404 /.test(await receiveUntil(refused))) break;
    }
  });

  it('keep some connections for the command line, which says what the matter is', async () => {
    for (let n = 0; n < 512; n += 1) {
      const socket = await connection();
      socket.write(get('/v1/no'));
      assert.match(await receiveUntil(socket), / 404 /);
    }
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [cliBundle, ...args], {
        env: { ...process.env, JOBDECK_HOME: daemon.home },
      });
    assert.match((await run('daemon', 'status')).stdout, new RegExp(`process ${daemon.info.pid}`));
    await assert.rejects(run('ls'), ({ stderr }: { stderr: string }) => /has too many connections/.test(stderr));
    assert.match((await run('daemon', 'stop')).stdout, /Stopped/);
  });

  it('buffer at most 16 replies for a connection that never reads', async function () {
    if (process.platform !== 'linux') return this.skip();
    const { id } = await daemon.submit('head -c 5000000 /dev/zero');
    await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const socket = await connection();
    socket.pause();
    const before = memory();
    socket.write(get(`/v1/jobs/${id}/attempts/1/log?limit=4194304`).repeat(200));
    await daemon.request('GET', '/v1/health');
    // If it reads eventually, it receives those, and an error for the others.
    let text = '';
    let answers = 0;
    const most = { memory: before };
    socket.on('data', (part: Buffer) => {
      most.memory = Math.max(most.memory, memory());
      text = (text + part.toString('latin1').replaceAll('\0', '')).slice(-100_000);
      answers += 1;
    });
    socket.resume();
    while (!text.includes('This connection already has 16 unanswered requests.')) await once(socket, 'data');
    assert(answers > 0);
    assert(most.memory - before < 16 * 8 * megabyte, `${Math.round((most.memory - before) / megabyte)} MB`);
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('buffer nothing for a subscriber that never reads, and send the latest state when it does', async function () {
    if (process.platform !== 'linux') return this.skip();
    const client = await FeedClient.open(daemon);
    const { body } = await daemon.request('POST', '/v1/jobs/start', { title: 'Busy' });
    client.socket.pause();
    const before = memory();
    const message = 'x'.repeat(8_000);
    for (let n = 1; n <= 1_000; n += 1) {
      const path = `/v1/jobs/${body.job.id}/progress`;
      const reply = await daemon.request('POST', path, { current: n, total: 1_000, message: message + n });
      assert.equal(reply.status, 200);
    }
    const grown = memory() - before;
    assert(grown < 64 * megabyte, `${Math.round(grown / megabyte)} MB`);
    client.socket.resume();
    await client.until(() => client.state.jobs.get(body.job.id)?.progress?.current === 1_000);
    await client.close();
  });

  it('stop a flood of pings from a client that never reads the replies', async function () {
    if (process.platform !== 'linux') return this.skip();
    const socket = await connection();
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    socket.write(get('/v1/stream').replace('\r\n\r\n', `\r\n${upgrade}${key}`));
    assert.match(await receiveUntil(socket, '\r\n\r\n'), / 101 /);
    socket.pause();
    const before = memory();
    const ping = Buffer.alloc(131);
    ping.set([0x89, 0x80 | 125]);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // It ends when the connection is closed.
    const flood = Buffer.concat(Array.from({ length: 5_000 }, () => ping));
    // The callbacks of immediate writes run synchronously, so yield, or nothing else would ever run here.
    const write = () => !socket.destroyed && socket.write(flood, () => setImmediate(write));
    write();
    socket.resume();
    await closed;
    assert(memory() - before < 32 * megabyte);
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('reject oversized bodies, batches and messages with an error', async () => {
    const large = { command: { argv: ['true'] }, cwd: tmpdir(), env: { X: 'x'.repeat(5 * megabyte) } };
    const body = await daemon.request('POST', '/v1/jobs', large);
    assert.deepEqual([body.status, body.body.error.code], [413, 'BODY_TOO_LARGE']);
    const { body: started } = await daemon.request('POST', '/v1/jobs/start', { title: 'Busy' });

    const reports = Array.from({ length: 1_001 }, () => ({ kind: 'heartbeat' }));
    const client = await FeedClient.connect(daemon);
    client.send({ type: 'report', batch: 1, jobs: [{ jobId: started.job.id, reports }] });
    assert.match(JSON.stringify(await firstError(client)), /INVALID_REQUEST/);

    const another = await FeedClient.connect(daemon);
    another.send('x'.repeat(5 * megabyte));
    assert.match(JSON.stringify(await firstError(another)), /BODY_TOO_LARGE/);
    assert.equal((await another.closed).code, 1009);

    const deep = await FeedClient.connect(daemon);
    deep.send(`{"type": "report", "batch": 1, "jobs": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    assert.match(JSON.stringify(await firstError(deep)), /INVALID_REQUEST.*nested/);
    const empty = await FeedClient.connect(daemon);
    empty.send('null');
    assert.match(JSON.stringify(await firstError(empty)), /INVALID_REQUEST/);

    const huge = await FeedClient.connect(daemon);
    huge.socket.on('error', () => undefined);
    huge.send('x'.repeat(17 * megabyte));
    assert([1009, 1006].includes((await huge.closed).code));
    assert.equal((await daemon.request('GET', '/v1/jobs')).body.total, 1);
  });

  async function firstError(client: FeedClient): Promise<unknown> {
    await client.until(() => client.messages.length > 0);
    return client.messages[0];
  }
});
