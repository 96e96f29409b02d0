import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { FeedConnection } from '../../../../shared/client/stream.ts';
import type { JobdeckError } from '../../../../shared/errors.ts';
import type { FeedMessage, FeedSnapshot } from '../../../../shared/feedMessages.ts';
import { inParts } from '../../../../shared/feedParts.ts';
import { makeJob } from '../../extension/builders.ts';
import { FakeDaemon, prove } from './fakeDaemon.ts';

describe('a feed connection', () => {
  let daemon: FakeDaemon;
  let connection: FeedConnection | undefined;

  beforeEach(async () => {
    daemon = await new FakeDaemon().listen();
  });
  afterEach(async () => {
    connection?.close();
    await daemon.close();
  });

  /** The daemon's side of the next connection, and its first message. */
  function accepted(): Promise<{ socket: WebSocket; first: string }> {
    return new Promise((resolve) => {
      daemon.sockets.once('connection', (socket: WebSocket) => {
        socket.once('message', (data) => resolve({ socket, first: String(data) }));
      });
    });
  }

  function connect(from = { epoch: null as string | null, rev: null as number | null }) {
    const messages: FeedMessage[] = [];
    let heard = () => {};
    const closed = new Promise<JobdeckError>((resolve) => {
      const message = (one: FeedMessage) => {
        messages.push(one);
        heard();
      };
      connection = new FeedConnection(WebSocket, daemon.address, from, { message, closed: resolve });
    });
    const count = (number: number) =>
      new Promise<void>((resolve) => {
        heard = () => messages.length >= number && resolve();
        heard();
      });
    return { messages, closed, count };
  }

  it('subscribes with the token from the given revision', async () => {
    const daemonSide = accepted();
    connect({ epoch: 'e1', rev: 7 });
    assert.deepEqual(JSON.parse((await daemonSide).first), { type: 'subscribe', epoch: 'e1', rev: 7 });
    const [upgrade] = daemon.asked;
    assert.equal(upgrade?.url, '/v1/stream?parts');
    assert.equal(upgrade?.headers.authorization, 'Bearer secret');
    assert.equal(upgrade?.headers.origin, undefined);
  });

  it('passes on all messages in order', async () => {
    const daemonSide = accepted();
    const client = connect();
    const { socket } = await daemonSide;
    const sent: FeedMessage[] = [
      { type: 'snapshot', epoch: 'e1', rev: 1, jobs: [] },
      { type: 'changes', rev: 2, jobs: [], removed: ['j1'] },
      { type: 'stopping', reason: 'handover' },
    ];
    for (const message of sent) socket.send(JSON.stringify(message));
    await client.count(3);
    assert.deepEqual(client.messages, sent);
  });

  it('joins the parts of a snapshot', async () => {
    const daemonSide = accepted();
    const client = connect();
    const { socket } = await daemonSide;
    const jobs = Array.from({ length: 600 }, () => makeJob());
    const snapshot: FeedSnapshot = { type: 'snapshot', epoch: 'e1', rev: 1, jobs };
    const sent = inParts(snapshot);
    assert.deepEqual(
      sent.map(({ type, jobs }) => [type, jobs.length]),
      [
        ['part', 250],
        ['part', 250],
        ['snapshot', 100],
      ],
    );
    const small = inParts({ ...snapshot, rev: 2, jobs: jobs.slice(0, 250) });
    assert.equal(small.length, 1);
    for (const message of [...sent, ...small]) socket.send(JSON.stringify(message));
    await client.count(2);
    assert.deepEqual(client.messages, [snapshot, ...small]);
  });

  it('reports a lost connection', async () => {
    const daemonSide = accepted();
    const client = connect();
    (await daemonSide).socket.terminate();
    assert.equal((await client.closed).code, 'DAEMON_UNREACHABLE');
  });

  it('reports if nothing listens', async () => {
    const { address } = daemon;
    await daemon.close();
    const closed = new Promise<JobdeckError>((resolve) => {
      const from = { epoch: null, rev: null };
      connection = new FeedConnection(WebSocket, address, from, { message: () => {}, closed: resolve });
    });
    assert.equal((await closed).code, 'DAEMON_UNREACHABLE');
  });

  it('closes a connection with invalid messages', async () => {
    const daemonSide = accepted();
    const client = connect();
    (await daemonSide).socket.send('hello');
    assert.equal((await client.closed).code, 'DAEMON_UNREACHABLE');
    assert.deepEqual(client.messages, []);
  });

  it('reports why the daemon refuses it', async () => {
    const error = { code: 'TOO_MANY_CONNECTIONS', message: 'There are 64 already.', hint: 'Close some.' };
    const refusing = createServer((request, response) => {
      prove(request, response, { port, token: 'secret' });
    }).on('upgrade', (_request, socket) => {
      const body = JSON.stringify({ error });
      socket.end(
        `HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port } = refusing.address() as AddressInfo;
    const closed = new Promise<JobdeckError>((resolve) => {
      const from = { epoch: null, rev: null };
      connection = new FeedConnection(WebSocket, { port, token: 'secret' }, from, {
        message: () => {},
        closed: resolve,
      });
    });
    assert.deepEqual((await closed).toBody(), error);
    refusing.close();
  });

  it('reports nothing after it was closed', async () => {
    const daemonSide = accepted();
    const client = connect();
    const { socket } = await daemonSide;
    const gone = new Promise((resolve) => socket.once('close', resolve));
    client.closed.then(() => assert.fail('It was closed on purpose.'));
    connection?.close();
    await gone;
    assert.deepEqual(client.messages, []);
  });
});
