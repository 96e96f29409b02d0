import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { startDaemon, type TestDaemon } from '../harness.ts';
import { FeedClient } from './feedClient.ts';

describe('the edge of the daemon', function () {
  this.timeout(30_000);
  let daemon: TestDaemon;
  before(async () => {
    daemon = await startDaemon();
  });
  after(() => daemon.dispose());

  type Headers = Record<string, string>;
  const token = () => ({ authorization: `Bearer ${daemon.info.token}` });
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };

  /** Sends exactly these headers. `fetch` would replace the Host header. */
  async function send(method: string, path: string, headers: Headers, body?: string) {
    const outgoing = request({ host: '127.0.0.1', port: daemon.info.port, method, path, headers, agent: false });
    outgoing.end(body);
    const { incoming, upgraded } = await Promise.race([
      once(outgoing, 'response').then(([response]) => ({ incoming: response, upgraded: false })),
      once(outgoing, 'upgrade').then(([response, socket]) => {
        socket.destroy();
        return { incoming: response, upgraded: true };
      }),
    ]);
    let text = '';
    if (!upgraded) for await (const part of incoming) text += part;
    return { status: incoming.statusCode, headers: incoming.headers, text };
  }

  /** Sends raw bytes and returns everything received until the daemon closes the connection. */
  async function sendRaw(text: string): Promise<string> {
    const socket = connect(daemon.info.port, '127.0.0.1');
    socket.end(text);
    let answer = '';
    for await (const part of socket) answer += part;
    return answer;
  }

  const refusals: [string, () => Headers, number, string][] = [
    ['no token', () => ({}), 401, 'UNAUTHORIZED'],
    ['a wrong token', () => ({ authorization: 'Bearer wrong' }), 401, 'UNAUTHORIZED'],
    ['another scheme', () => ({ authorization: `Basic ${daemon.info.token}` }), 401, 'UNAUTHORIZED'],
    ['an origin', () => ({ ...token(), origin: 'https://example.com' }), 403, 'FORBIDDEN_ORIGIN'],
    ['its own origin', () => ({ ...token(), origin: daemon.url }), 403, 'FORBIDDEN_ORIGIN'],
    ['a host that is not the loopback', () => ({ ...token(), host: 'example.com' }), 403, 'FORBIDDEN_HOST'],
    ['another port of the loopback', () => ({ ...token(), host: '127.0.0.1:1' }), 403, 'FORBIDDEN_HOST'],
  ];

  for (const [what, headers, status, code] of refusals) {
    it(`rejects requests with ${what} on every route, and changes nothing`, async () => {
      const job = JSON.stringify({ command: { shell: 'true' } });
      const json = { ...headers(), 'content-type': 'application/json' };
      const replies = await Promise.all([
        send('GET', '/v1/health', headers()),
        send('GET', '/v1/jobs', headers()),
        send('GET', '/no/such/route', headers()),
        send('GET', '/v1/jobs/%zz', headers()),
        send('POST', '/v1/jobs', json, job),
        send('POST', '/v1/jobs', json, '{"broken'),
        send('POST', '/v1/daemon/stop', json, '{}'),
        send('OPTIONS', '/v1/jobs', { ...headers(), 'access-control-request-method': 'POST' }),
      ]);
      for (const reply of replies) {
        assert.equal(reply.status, status, reply.text);
        assert.equal(JSON.parse(reply.text).error.code, code);
        assert(!('access-control-allow-origin' in reply.headers));
      }
      assert.equal((await daemon.request('GET', '/v1/jobs')).body.total, 0);
    });

    it(`rejects upgrades with ${what}`, async () => {
      for (const path of ['/v1/stream', '/v1/jobs', '/']) {
        const reply = await send('GET', path, { ...upgrade, ...headers() });
        assert.equal(reply.status, status, reply.text);
        assert.equal(JSON.parse(reply.text).error.code, code);
      }
    });
  }

  it('accepts every loopback host name', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
      const host = `${name}:${daemon.info.port}`;
      assert.equal((await send('GET', '/v1/health', { ...token(), host })).status, 200);
      assert.equal((await send('GET', '/v1/stream', { ...token(), ...upgrade, host })).status, 101);
    }
  });

  it('accepts only valid upgrades, and only for the stream', async () => {
    const other = await send('GET', '/v1/jobs', { ...token(), ...upgrade });
    assert.deepEqual([other.status, JSON.parse(other.text).error.code], [404, 'ROUTE_NOT_FOUND']);
    const improper = await send('GET', '/v1/stream', { ...token(), ...upgrade, 'sec-websocket-key': 'short' });
    assert.deepEqual([improper.status, JSON.parse(improper.text).error.code], [400, 'INVALID_REQUEST']);
  });

  it('rejects more than 256 stream connections, until one is closed', async () => {
    const clients = await Promise.all(Array.from({ length: 256 }, () => FeedClient.connect(daemon)));
    const refused = await send('GET', '/v1/stream', { ...token(), ...upgrade });
    assert.deepEqual([refused.status, JSON.parse(refused.text).error.code], [429, 'TOO_MANY_CONNECTIONS']);
    await clients[0]?.close();
    const another = await FeedClient.connect(daemon);
    await Promise.all([...clients.slice(1), another].map((client) => client.close()));
  });

  it('replies to malformed HTTP with an error and keeps running', async () => {
    const answer = await sendRaw('NONSENSE\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))).error.code, 'INVALID_REQUEST');
    await sendRaw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`).catch((error) => {
      assert.equal(error.code, 'ECONNRESET');
    });
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('listens only on the loopback interface', async () => {
    const { networkInterfaces } = await import('node:os');
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    if (outside === undefined) return;
    const socket = connect(daemon.info.port, outside.address);
    const [error] = await once(socket, 'error');
    assert.equal(error.code, 'ECONNREFUSED');
  });
});
