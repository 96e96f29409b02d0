import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import { DaemonClient } from '../../../../shared/client/http.ts';
import { challengeFor, proofOf, readChallenge } from '../../../../shared/client/proof.ts';
import { neverSent } from '../../../../shared/client/request.ts';
import { FeedConnection } from '../../../../shared/client/stream.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { proofHeaders } from '../../../../shared/wire.ts';
import { FakeDaemon, json } from './fakeDaemon.ts';

const token = 'the-secret-token';

describe('the proof of a daemon before a client sends anything', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function listening<T extends { listen(port: number, host: string, then: () => void): unknown }>(server: T) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = (server as unknown as Server).address() as AddressInfo;
    closing.push(() => new Promise((resolve) => (server as unknown as Server).close(resolve)));
    return port;
  }

  /** Another program on the daemon's port, which records everything it receives. */
  async function stranger(answer: RequestListener) {
    const seen: string[] = [];
    const server = createServer(answer).on('connection', (socket) => {
      socket.on('data', (part) => seen.push(String(part)));
      closing.push(async () => socket.destroy());
    });
    return { port: await listening(server), seen };
  }

  async function refusal(port: number): Promise<JobdeckError> {
    const client = new DaemonClient({ port, token });
    closing.push(async () => client.close());
    for (const call of [() => client.health(), () => client.submit({ command: { argv: ['own-command'] } })]) {
      const error = await call().catch((thrown: unknown) => thrown);
      assert(error instanceof JobdeckError && neverSent(error), String(error));
      assert.equal(error.code, 'DAEMON_UNREACHABLE');
    }
    return new Promise((closed) => {
      new FeedConnection(
        WebSocket,
        { port, token },
        { epoch: null, rev: null },
        { message: () => assert.fail(), closed },
      );
    });
  }

  it('requires the token: a program without it receives neither token nor request', async () => {
    const { port, seen } = await stranger((_request, response) => json(response, 200, { status: 'ok', protocol: 1 }));
    const error = await refusal(port);
    assert.match(error.message, /another program listens on its port/);
    assert.equal(seen.length, 3);
    for (const text of seen) {
      assert.match(text, /^HEAD \/v1\/health HTTP\/1\.1\r\n/);
      assert(!text.includes(token) && !/authorization|own-command/i.test(text), text);
    }
  });

  it('requires its own knowledge of the token: a replayed or forwarded proof is rejected', async () => {
    const daemon = await new FakeDaemon().listen();
    closing.push(() => daemon.close());
    const answers = [
      (challenge: string) => proofOf('another token', 1, challenge),
      () => proofOf(token, 1, 'what-was-asked-before'),
      // The proof of the real daemon on its own port, to which the challenge was forwarded.
      (challenge: string) => proofOf(token, daemon.address.port, challenge),
      () => '',
    ];
    for (const answer of answers) {
      const { port, seen } = await stranger((request, response) => {
        const challenge = String(request.headers[proofHeaders.challenge]);
        response.writeHead(401, { [proofHeaders.proof]: answer(challenge) }).end();
      });
      await refusal(port);
      assert(!seen.join('').includes(token));
    }
  });

  it('can’t be replaced by any other reply', async () => {
    for (const said of ['SSH-2.0-OpenSSH_9.9\r\n\r\n', '', 'x'.repeat(100_000), 'HTTP/1.1 401 No\r\n\r\n']) {
      const seen: string[] = [];
      const server = createTcpServer((socket) => {
        socket.on('data', (part) => seen.push(String(part))).on('error', () => undefined);
        socket.end(said);
      });
      await refusal(await listening(server));
      assert(!seen.join('').includes(token), said);
    }
  });

  it('is required once on each connection', async () => {
    let challenges = 0;
    const server = createServer((request, response) => {
      const challenge = request.headers[proofHeaders.challenge];
      if (typeof challenge !== 'string') return json(response, 200, {});
      challenges += 1;
      response.writeHead(401, { [proofHeaders.proof]: proofOf(token, port, challenge) }).end();
    });
    const port = await listening(server);
    const client = new DaemonClient({ port, token });
    closing.push(async () => client.close());
    await client.health();
    await client.health();
    assert.equal(challenges, 1);
    server.closeAllConnections();
    await client.health();
    assert.equal(challenges, 2);
  });

  it('is requested with the job’s ID if the token is a job’s', () => {
    const nonce = 'n'.repeat(24);
    assert.deepEqual(readChallenge(challengeFor('a token', nonce)), { jobId: null });
    assert.deepEqual(readChallenge(challengeFor(`jd1.job-1.${'m'.repeat(43)}`, nonce)), { jobId: 'job-1' });
    for (const challenge of ['', 'short', `${nonce}.`, `${nonce}.a.b`, `${nonce}\n`, `${nonce}.a b`, 'n'.repeat(65)]) {
      assert.equal(readChallenge(challenge), null, challenge);
    }
  });

  it('closes the connection if there is no reply', async () => {
    const server = createTcpServer();
    const port = await listening(server);
    const gone = new Promise((resolve) => {
      server.on('connection', (socket) => socket.resume().on('close', resolve).on('error', resolve));
    });
    const client = new DaemonClient({ port, token });
    closing.push(async () => client.close());
    await assert.rejects(client.health(50), { code: 'DAEMON_UNREACHABLE' });
    await gone;
  });
});
