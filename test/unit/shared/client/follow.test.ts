import assert from 'node:assert/strict';
import { followLog } from '../../../../shared/client/follow.ts';
import { DaemonClient } from '../../../../shared/client/http.ts';
import { FakeDaemon, json, logReply } from './fakeDaemon.ts';

describe('following a log', () => {
  const clients: DaemonClient[] = [];
  const daemons: FakeDaemon[] = [];

  async function serve(...answers: ConstructorParameters<typeof FakeDaemon>): Promise<FakeDaemon> {
    const daemon = await new FakeDaemon(...answers).listen();
    daemons.push(daemon);
    return daemon;
  }

  function connect(daemon: FakeDaemon): DaemonClient {
    const client = new DaemonClient(daemon.address);
    clients.push(client);
    return client;
  }

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const daemon of daemons.splice(0)) await daemon.close();
  });

  async function collect(log: AsyncIterable<Buffer>): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of log) parts.push(part);
    return Buffer.concat(parts).toString();
  }

  it('continues until the log is complete, on one connection', async () => {
    const whole = 'one\ntwo\nthree\n';
    let grown = 0;
    const daemon = await serve((asked, response) => {
      grown = Math.min(whole.length, grown + 5);
      logReply(response, asked, Buffer.from(whole.slice(0, grown)), grown === whole.length);
    });
    assert.equal(await collect(followLog(connect(daemon), 'j1', 1)), whole);
    assert.equal(daemon.connections, 1);
    assert.ok(daemon.asked.every(({ url }) => url.includes('wait=')));
  });

  it('reads a complete log that is larger than one reply to its last byte', async () => {
    const whole = Buffer.alloc(700_000, 'x');
    const daemon = await serve((asked, response) => logReply(response, asked, whole, true));
    assert.equal((await collect(followLog(connect(daemon), 'j1', 1))).length, whole.length);
  });

  it('continues from an offset relative to the end', async () => {
    let asked = 0;
    const daemon = await serve((request, response) => {
      asked += 1;
      logReply(response, request, Buffer.from(asked === 1 ? 'abcdef' : 'abcdefgh'), asked === 2);
    });
    assert.equal(await collect(followLog(connect(daemon), 'j1', 1, { offset: -2 })), 'efgh');
  });

  it('neither loses nor repeats bytes if the daemon is killed and replaced', async () => {
    const whole = 'before\nafter\n';
    const first = await serve((asked, response) => {
      if (first.asked.length > 1) first.breakConnections();
      else logReply(response, asked, Buffer.from(whole.slice(0, 9)), false);
    });
    const second = await serve((asked, response) => logReply(response, asked, Buffer.from(whole), true));
    const reconnect = async () => connect(second);
    assert.equal(await collect(followLog(connect(first), 'j1', 1, { reconnect })), whole);
  });

  it('continues with the next daemon if one is stopping', async () => {
    const first = await serve((_asked, response) => {
      json(response, 503, { error: { code: 'DAEMON_STOPPING', message: 'It stops.', hint: null } });
    });
    const second = await serve((asked, response) => logReply(response, asked, Buffer.from('all'), true));
    const reconnect = async () => connect(second);
    assert.equal(await collect(followLog(connect(first), 'j1', 1, { reconnect })), 'all');
  });

  it('throws the error of a failed reconnect', async () => {
    const daemon = await serve(() => daemon.breakConnections());
    const reconnect = () => Promise.reject(new Error('disk is gone'));
    await assert.rejects(collect(followLog(connect(daemon), 'j1', 1, { reconnect })), /disk is gone/);
  });

  it('fails if the daemon is lost and reconnecting is impossible', async () => {
    const daemon = await serve(() => daemon.breakConnections());
    await assert.rejects(collect(followLog(connect(daemon), 'j1', 1)), { code: 'DAEMON_UNREACHABLE' });
  });

  it('throws if there is no such log', async () => {
    const error = { code: 'LOG_NOT_FOUND', message: 'No log.', hint: null };
    const daemon = await serve((_asked, response) => json(response, 404, { error }));
    const reconnect = () => assert.fail('Another daemon would say the same.');
    await assert.rejects(collect(followLog(connect(daemon), 'j1', 1, { reconnect })), { code: 'LOG_NOT_FOUND' });
  });

  it('stops immediately when aborted', async () => {
    const abort = new AbortController();
    const daemon = await serve(() => abort.abort(new Error('enough')));
    await assert.rejects(collect(followLog(connect(daemon), 'j1', 1, { signal: abort.signal })), /enough/);
  });
});
