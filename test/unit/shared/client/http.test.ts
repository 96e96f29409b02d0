import assert from 'node:assert/strict';
import { DaemonClient } from '../../../../shared/client/http.ts';
import { causeCode, daemonGone, neverSent } from '../../../../shared/client/request.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { FakeDaemon, json, logReply } from './fakeDaemon.ts';

describe('a daemon client', () => {
  let daemon: FakeDaemon;
  let client: DaemonClient;

  async function serve(...answers: ConstructorParameters<typeof FakeDaemon>): Promise<void> {
    daemon = await new FakeDaemon(...answers).listen();
    client = new DaemonClient(daemon.address);
  }

  afterEach(async () => {
    client.close();
    await daemon.close();
  });

  async function errorOf(call: Promise<unknown>): Promise<JobdeckError> {
    const error = await call.then(
      () => assert.fail('It should have been refused.'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof JobdeckError);
    return error;
  }

  it('calls the routes of schedules, whatever their names', async () => {
    await serve((_asked, response) => json(response, 200, { schedules: [] }));
    const job = { command: { argv: ['ls'] } };
    await client.schedules();
    await client.schedule('db/nightly backup');
    await client.addSchedule({ name: 'a b', cron: '@daily', job });
    await client.pauseSchedule('a b');
    await client.resumeSchedule('a b');
    await client.runSchedule('a b');
    await client.removeSchedule('a b');
    await client.cron({ cron: '0 3 * * *', count: 3 });
    assert.deepEqual(
      daemon.asked.map(({ method, url, body }) => `${method} ${url} ${body}`.trim()),
      [
        'GET /v1/schedules',
        'GET /v1/schedules/db%2Fnightly%20backup',
        'POST /v1/schedules {"name":"a b","cron":"@daily","job":{"command":{"argv":["ls"]}}}',
        'POST /v1/schedules/a%20b/pause {}',
        'POST /v1/schedules/a%20b/resume {}',
        'POST /v1/schedules/a%20b/run {}',
        'DELETE /v1/schedules/a%20b',
        'GET /v1/cron?cron=0+3+*+*+*&count=3',
      ],
    );
  });

  it('calls each route with the token and its arguments', async () => {
    await serve((_asked, response) => json(response, 200, { removed: 3 }));
    await client.health();
    await client.list({ status: 'running,failed', limit: 5, cursor: undefined });
    await client.get('a/b');
    await client.submit({ command: { argv: ['ls'] }, title: 'List' });
    await client.cancel('j1');
    await client.retry('j1');
    await client.retry('j1', { shell: 'ls' });
    await client.remove('j1');
    assert.equal(await client.clear(['failed']), 3);
    await client.stop('handover');
    assert.deepEqual(
      daemon.asked.map(({ method, url, body }) => `${method} ${url} ${body}`.trim()),
      [
        'GET /v1/health',
        'GET /v1/jobs?status=running%2Cfailed&limit=5',
        'GET /v1/jobs/a%2Fb',
        'POST /v1/jobs {"command":{"argv":["ls"]},"title":"List"}',
        'POST /v1/jobs/j1/cancel {}',
        'POST /v1/jobs/j1/retry {}',
        'POST /v1/jobs/j1/retry {"command":{"shell":"ls"}}',
        'DELETE /v1/jobs/j1',
        'POST /v1/jobs/clear {"status":["failed"]}',
        'POST /v1/daemon/stop {"reason":"handover"}',
      ],
    );
    assert.ok(daemon.asked.every(({ headers }) => headers.authorization === 'Bearer secret'));
    assert.ok(daemon.asked.every(({ headers }) => headers.origin === undefined));
  });

  it('reads a log in several parts on one connection', async () => {
    const content = Buffer.from('0123456789');
    await serve((asked, response) => logReply(response, asked, content, true));
    const parts: string[] = [];
    for (let offset = 0; offset < 10; offset += 2) {
      const chunk = await client.readLog('j1', 2, { offset, limit: 2, wait: 1000 });
      assert.deepEqual(
        { offset: chunk.offset, size: chunk.size, ended: chunk.ended },
        { offset, size: 10, ended: true },
      );
      parts.push(chunk.bytes.toString());
    }
    assert.equal(parts.join(''), '0123456789');
    assert.equal(daemon.asked[0]?.url, '/v1/jobs/j1/attempts/2/log?offset=0&limit=2&wait=1000');
    assert.equal(daemon.connections, 1);
  });

  it('returns any bytes unchanged', async () => {
    const content = Buffer.from([0, 255, 10, 13, 128]);
    await serve((asked, response) => logReply(response, asked, content, false));
    const chunk = await client.readLog('j1', 1, { offset: -4 });
    assert.deepEqual([chunk.offset, ...chunk.bytes], [1, 255, 10, 13, 128]);
  });

  it("throws the daemon's own error", async () => {
    const error = { code: 'JOB_NOT_FOUND', message: 'There is no job j1.', hint: 'Look for it.' };
    await serve((_asked, response) => json(response, 404, { error }));
    assert.deepEqual((await errorOf(client.get('j1'))).toBody(), error);
  });

  it('rejects with DAEMON_UNREACHABLE if another program replies', async () => {
    await serve((_asked, response) => response.writeHead(200).end('<html>'));
    assert.equal((await errorOf(client.health())).code, 'DAEMON_UNREACHABLE');
  });

  it('rejects with DAEMON_UNREACHABLE if another program replies with an error', async () => {
    await serve((_asked, response) => json(response, 401, { message: 'Who are you?' }));
    assert.equal((await errorOf(client.remove('j1'))).code, 'DAEMON_UNREACHABLE');
  });

  it('knows that a request was not sent if no daemon is running', async () => {
    await serve();
    await daemon.close();
    const error = await errorOf(client.submit({ command: { argv: ['ls'] } }));
    assert.equal(error.code, 'DAEMON_UNREACHABLE');
    assert.ok(neverSent(error) && daemonGone(error));
  });

  it('knows that a request had no effect if a new daemon has taken over the port', async () => {
    const body = { error: { code: 'UNAUTHORIZED', message: 'The token is missing or wrong.', hint: null } };
    await serve((_asked, response) => json(response, 401, body));
    const error = await errorOf(client.submit({ command: { argv: ['ls'] } }));
    assert.ok(neverSent(error) && daemonGone(error));
  });

  it('does not know whether a request had an effect if the connection was lost, and never sends a write twice', async () => {
    await serve(() => daemon.breakConnections());
    const error = await errorOf(client.submit({ command: { argv: ['ls'] } }));
    assert.equal(error.code, 'DAEMON_UNREACHABLE');
    assert.equal(neverSent(error), false);
    assert.ok(daemonGone(error));
    assert.equal(daemon.asked.length, 1);
  });

  it('repeats a read on a new connection if the kept one was closed', async () => {
    let breaks = false;
    await serve((_asked, response) => {
      if (breaks) {
        breaks = false;
        daemon.breakConnections();
      } else json(response, 200, { id: 'j1' });
    });
    await client.get('j1');
    breaks = true;
    assert.equal((await client.get('j1')).id, 'j1');
    assert.equal(daemon.connections, 2);
  });

  it('rejects after the timeout', async () => {
    await serve(() => {});
    const error = await errorOf(client.health(50));
    assert.equal(causeCode(error), 'ETIMEDOUT');
  });

  it('can abort a read', async () => {
    const abort = new AbortController();
    await serve(() => abort.abort(new Error('enough')));
    await assert.rejects(client.readLog('j1', 1, { wait: 60_000, signal: abort.signal }), /enough/);
  });
});
