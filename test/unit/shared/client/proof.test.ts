import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { DaemonClient } from '../../../../shared/client/http.ts';
import { challengeFor, proofOf, readChallenge } from '../../../../shared/client/proof.ts';
import { neverSent } from '../../../../shared/client/request.ts';
import { FeedConnection } from '../../../../shared/client/stream.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { proofHeaders } from '../../../../shared/wire.ts';
import { FakeDaemon, json } from './fakeDaemon.ts';

const token = 'the-token-that-nobody-may-see';

describe('what a daemon has to prove before a client sends it anything', () => {
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

  /** Somebody else on the daemon's port; keeps all that it is sent. */
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
    for (const asking of [() => client.health(), () => client.submit({ command: { argv: ['own-command'] } })]) {
      const error = await asking().catch((thrown: unknown) => thrown);
      assert(error instanceof JobdeckError && neverSent(error), String(error));
      assert.equal(error.code, 'DAEMON_UNREACHABLE');
    }
    return new Promise((closed) => {
      new FeedConnection({ port, token }, { epoch: null, rev: null }, { message: () => assert.fail(), closed });
    });
  }

  it('is that it knows the token: who only answers well gets neither token nor request', async () => {
    const { port, seen } = await stranger((_request, response) => json(response, 200, { status: 'ok', protocol: 1 }));
    const error = await refusal(port);
    assert.match(error.message, /not the daemon/);
    assert.equal(seen.length, 3);
    for (const text of seen) {
      assert.match(text, /^HEAD \/v1\/health HTTP\/1\.1\r\n/);
      assert(!text.includes(token) && !/authorization|own-command/i.test(text), text);
    }
  });

  it('is that it knows it itself: an answer to what was asked before, or for another port, is none', async () => {
    const daemon = await new FakeDaemon().listen();
    closing.push(() => daemon.close());
    const answers = [
      (challenge: string) => proofOf('another token', 1, challenge),
      () => proofOf(token, 1, 'what-was-asked-before'),
      // As the daemon of that token gives it, on a port of its own, when the challenge is passed on to it.
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

  it('can not be had by any other way of answering', async () => {
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

  it('is proved on each connection anew, and once on each', async () => {
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

  it('is asked for by the id of the job where the token is that of a job', () => {
    const nonce = 'n'.repeat(24);
    assert.deepEqual(readChallenge(challengeFor('a token', nonce)), { jobId: null });
    assert.deepEqual(readChallenge(challengeFor(`jd1.job-1.${'m'.repeat(43)}`, nonce)), { jobId: 'job-1' });
    for (const challenge of ['', 'short', `${nonce}.`, `${nonce}.a.b`, `${nonce}\n`, `${nonce}.a b`, 'n'.repeat(65)]) {
      assert.equal(readChallenge(challenge), null, challenge);
    }
  });

  it('keeps no connection open to who never answers', async () => {
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
