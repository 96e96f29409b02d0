/** Access rights of tokens, tested for all routes that the daemon lists. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'mocha';
import { startDaemon, type TestDaemon } from '../harness.ts';

interface Route {
  method: string;
  path: string;
}

describe('tokens', function () {
  this.timeout(60_000);
  let daemon: TestDaemon;
  let routes: Route[];
  /** A reported job with its token. */
  let own: { id: string; token: string };
  let other: { id: string; token: string };

  before(async () => {
    daemon = await startDaemon();
    const { body } = await daemon.request('GET', '/v1/openapi.json');
    routes = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => ({ method: method.toUpperCase(), path })),
    );
    own = await reported();
    other = await reported();
  });
  after(() => daemon.dispose());

  async function reported() {
    const { body } = await daemon.request('POST', '/v1/jobs/start', { title: 'Reported' });
    return { id: body.job.id as string, token: body.token as string };
  }

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const isStream = ({ path }: Route) => path === '/v1/stream';

  /** Sends a request about a job, with a body if the route accepts one. */
  function request({ method, path }: Route, jobId: string, headers: Record<string, string>) {
    const address = path.replace('{id}', jobId).replace(/\{(n|name|ref)\}/g, '1');
    return daemon.request(method, address, method === 'GET' || method === 'DELETE' ? undefined : {}, headers);
  }

  /** The daemon's state without values that change over time. */
  async function state() {
    const parts = ['/v1/jobs', '/v1/queues', '/v1/schedules', '/v1/definitions'];
    return Promise.all(parts.map(async (part) => (await daemon.request('GET', part)).text));
  }

  it('are required for every route, and without one nothing changes', async () => {
    assert(routes.length > 40, `${routes.length} routes`);
    const before = await state();
    const wrong = [
      '',
      'wrong',
      daemon.info.token.slice(0, -1),
      `${daemon.info.token}x`,
      daemon.info.token.toLowerCase(),
    ];
    for (const route of routes) {
      for (const token of wrong) {
        const reply = await request(route, own.id, bearer(token));
        assert.deepEqual([reply.status, reply.body.error.code], [401, 'UNAUTHORIZED'], `${route.method} ${route.path}`);
        assert.deepEqual(Object.keys(reply.body), ['error']);
      }
    }
    assert.deepEqual(await state(), before);
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('are required for every upgrade', async () => {
    for (const headers of [
      {},
      bearer('wrong'),
      bearer(`${own.token.slice(0, -1)}${own.token.endsWith('A') ? 'B' : 'A'}`),
    ]) {
      const socket = daemon.openStream(headers as Record<string, string>);
      const [, response] = await once(socket, 'unexpected-response');
      assert.equal(response.statusCode, 401);
      socket.on('error', () => undefined).terminate();
    }
  });

  it('of a job allow reporting on it and reading it, and nothing else', async () => {
    const open: string[] = [];
    for (const route of routes.filter((one) => !isStream(one))) {
      const reply = await request(route, own.id, bearer(own.token));
      if (reply.status === 403) assert.equal(reply.body.error.code, 'FORBIDDEN_JOB');
      else open.push(`${route.method} ${route.path.replace('/v1/jobs/{id}', '…')}`);
    }
    assert.deepEqual(open.toSorted(), [
      'GET …',
      'GET …/progress',
      'POST …/complete',
      'POST …/fail',
      'POST …/heartbeat',
      'POST …/log',
      'POST …/messages',
      'POST …/progress',
      'POST …/result',
      'POST …/step',
      'POST …/steps',
    ]);
  });

  it('of a job give no access to other jobs on any route', async () => {
    const before = await daemon.request('GET', `/v1/jobs/${other.id}`);
    for (const route of routes.filter((one) => !isStream(one))) {
      const reply = await request(route, other.id, bearer(own.token));
      assert.deepEqual([reply.status, reply.body.error.code], [403, 'FORBIDDEN_JOB'], `${route.method} ${route.path}`);
    }
    for (const id of ['../health', `${own.id}%2f..%2f${other.id}`, `${own.id}%00`, `${own.id}?id=${other.id}`]) {
      const reply = await daemon.request('POST', `/v1/jobs/${id}/progress`, { percent: 1 }, bearer(own.token));
      assert.notEqual(reply.body.jobId, other.id);
    }
    assert.equal((await daemon.request('GET', `/v1/jobs/${other.id}`)).text, before.text);
  });

  it('of a job allow reports on that job over a WebSocket, but not on others, nor the feed', async () => {
    const job = await reported();
    const socket = daemon.openStream(bearer(job.token));
    await once(socket, 'open');
    const report = (id: string) => ({ jobId: id, reports: [{ kind: 'progress', percent: 50 }] });
    socket.send(JSON.stringify({ type: 'report', batch: 1, jobs: [report(job.id), report(other.id)] }));
    const answer = JSON.parse(String((await once(socket, 'message'))[0]));
    assert.deepEqual(
      answer.jobs.map(({ jobId }: { jobId: string }) => jobId),
      [job.id],
    );
    assert.deepEqual(
      answer.refused.map(({ error }: { error: { code: string } }) => error.code),
      ['FORBIDDEN_JOB'],
    );
    socket.send(JSON.stringify({ type: 'subscribe', epoch: null, rev: null }));
    assert.equal(JSON.parse(String((await once(socket, 'message'))[0])).error.code, 'FORBIDDEN_JOB');
    await once(socket, 'close');
  });

  it('of a job are invalid once it is removed, and in another home', async () => {
    const job = await reported();
    await daemon.request('POST', `/v1/jobs/${job.id}/complete`, {}, bearer(job.token));
    assert.equal((await daemon.request('DELETE', `/v1/jobs/${job.id}`)).status, 200);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/progress'],
      ['POST', '/progress'],
    ] as const) {
      const reply = await daemon.request(
        method,
        `/v1/jobs/${job.id}${path}`,
        method === 'POST' ? {} : undefined,
        bearer(job.token),
      );
      assert.deepEqual([reply.status, reply.body.error.code], [404, 'JOB_NOT_FOUND']);
    }
    const elsewhere = await startDaemon();
    try {
      for (const token of [own.token, daemon.info.token]) {
        const reply = await elsewhere.request('GET', `/v1/jobs/${own.id}`, undefined, bearer(token));
        assert.equal(reply.body.error.code, 'UNAUTHORIZED');
      }
    } finally {
      await elsewhere.dispose();
    }
  });

  it('are returned only by the route that starts a reported job', async () => {
    const { id } = await daemon.submit('echo "$JOBDECK_TOKEN" | wc -c');
    await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    for (const route of routes.filter(({ method, path }) => method === 'GET' && path !== '/v1/stream')) {
      for (const job of [id, own.id]) {
        const { text } = await request(route, job, {});
        assert(!text.includes(daemon.info.token) && !text.includes('jd1.'), route.path);
      }
    }
  });
});
