import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Job } from '../../../shared/job.ts';
import { protocolVersion } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import { type Reply, startDaemon, type TestDaemon } from '../harness.ts';

const unknown = 'zzzzzzzzzz';

describe('the REST API', function () {
  this.timeout(30_000);
  let daemon: TestDaemon;
  before(async () => {
    daemon = await startDaemon({ config: { cancelGraceSeconds: 2 } });
  });
  after(() => daemon.dispose());

  const get = (path: string) => daemon.request('GET', path);
  const post = (path: string, body?: unknown) => daemon.request('POST', path, body);
  const ended = (id: string) => daemon.waitForJob(id, ({ status }) => isTerminal(status));
  const running = (id: string) => daemon.waitForJob(id, ({ status }) => status === 'running');
  const total = async () => (await get('/v1/jobs')).body.total;

  const refused = (reply: Reply, status: number, code: string, message: RegExp) => {
    assert.deepEqual([reply.status, reply.body?.error?.code], [status, code], reply.text);
    assert.deepEqual(Object.keys(reply.body), ['error']);
    assert.match(reply.body.error.message, message);
    assert.match(reply.body.error.message, /^[A-Z“].*\.$/);
  };

  it('reports the daemon’s health', async () => {
    const { status, body } = await get('/v1/health');
    assert.equal(status, 200);
    assert.deepEqual(
      [body.status, body.pid, body.port, body.version, body.protocol, body.home, body.startedAt, body.warnings],
      [
        'ok',
        daemon.info.pid,
        daemon.info.port,
        daemon.info.version,
        protocolVersion,
        daemon.home,
        daemon.info.startedAt,
        [],
      ],
    );
    assert.deepEqual(Object.keys(body.jobs).sort(), [
      'cancelled',
      'completed',
      'failed',
      'lost',
      'pending',
      'running',
      'waiting',
    ]);
    assert(body.databaseBytes > 0);
  });

  it('runs a command unchanged in its folder and environment', async () => {
    assert.equal((await daemon.request('PUT', '/v1/queues/q', {})).status, 200);
    const reply = await post('/v1/jobs', {
      command: { argv: ['sh', '-c', 'echo "$1 $GREETING $(pwd)"', 'sh', 'a b'] },
      cwd: daemon.home,
      env: { GREETING: 'hello', PATH: process.env.PATH },
      title: 'Greets',
      type: 'greeting',
      priority: 'high',
      queue: 'q',
      input: { n: 1 },
      metadata: { tag: 'x' },
      workspace: '/somewhere',
      createdBy: 'a test',
    });
    assert.equal(reply.status, 201);
    assert.match(reply.headers.get('content-type') ?? '', /^application\/json/);
    const { id } = reply.body;
    assert.equal((await ended(id)).status, 'completed');
    const { body } = await get(`/v1/jobs/${id}`);
    assert.deepEqual(
      [body.title, body.type, body.priority, body.queue, body.input, body.metadata, body.workspace, body.createdBy],
      ['Greets', 'greeting', 'high', 'q', { n: 1 }, { tag: 'x' }, '/somewhere', 'a test'],
    );
    assert.deepEqual([body.exitCode, body.attempt, body.cwd, body.attempts.length], [0, 1, daemon.home, 1]);
    assert.equal(reply.text.includes('hello'), false, 'the environment is not told');
    const log = await get(`/v1/jobs/${id}/attempts/1/log`);
    assert.equal(log.text, `a b hello ${daemon.home}\n`);
    assert.equal(log.headers.get('content-type'), 'application/octet-stream');
  });

  it('lists jobs, newest first, in pages', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await daemon.submit('true', { type: 'listed' })).id);
    await Promise.all(ids.map(ended));
    const first = await get('/v1/jobs?type=listed&limit=2');
    assert.equal(first.status, 200);
    assert.equal(first.body.total, 3);
    const second = await get(`/v1/jobs?type=listed&limit=2&cursor=${encodeURIComponent(first.body.nextCursor)}`);
    assert.deepEqual(
      [...first.body.jobs, ...second.body.jobs].map(({ id }: Job) => id),
      [...ids].reverse(),
    );
    assert.equal(second.body.nextCursor, null);
    assert.equal((await get('/v1/jobs?type=listed&status=failed,cancelled')).body.total, 0);
  });

  it('fails a job with its exit code, and retries it with another command', async () => {
    const { id } = await daemon.submit('echo one; exit 3');
    const job = await ended(id);
    assert.deepEqual([job.status, job.exitCode, job.error?.code], ['failed', 3, 'EXIT_CODE']);
    const reply = await post(`/v1/jobs/${id}/retry`, { command: { shell: 'echo two' } });
    assert.deepEqual([reply.status, reply.body.id], [200, id]);
    const again = await daemon.waitForJob(id, ({ attempt, status }) => attempt === 2 && isTerminal(status));
    assert.deepEqual([again.status, again.exitCode, again.error], ['completed', 0, null]);
    const logs = await Promise.all([1, 2].map((n) => get(`/v1/jobs/${id}/attempts/${n}/log`)));
    assert.deepEqual(
      logs.map(({ text }) => text),
      ['one\n', 'two\n'],
    );
  });

  it('pauses and resumes a running job', async () => {
    const { id } = await daemon.submit('echo up; sleep 60');
    await running(id);
    // Wait until its program runs: a job that is stopped earlier is cancelled without a signal.
    assert.equal((await get(`/v1/jobs/${id}/attempts/1/log?wait=30000`)).text, 'up\n');
    refused(await post('/v1/jobs/zzzzzzzzzz/pause'), 404, 'JOB_NOT_FOUND', /zzzzzzzzzz/);
    const paused = (await post(`/v1/jobs/${id}/pause`)).body;
    assert.deepEqual([paused.status, typeof paused.pausedAt], ['running', 'string']);
    assert.deepEqual([paused.capabilities.pause.allowed, paused.capabilities.resume.allowed], [false, true]);
    assert.equal((await post(`/v1/jobs/${id}/pause`)).body.pausedAt, paused.pausedAt);
    const resumed = (await post(`/v1/jobs/${id}/resume`)).body;
    assert.deepEqual([resumed.pausedAt, resumed.capabilities.pause.allowed], [null, true]);
    await post(`/v1/jobs/${id}/pause`);
    await post(`/v1/jobs/${id}/cancel`);
    const { status, signal, pausedAt } = await ended(id);
    assert.deepEqual([status, signal, pausedAt], ['cancelled', 'SIGTERM', null]);
    refused(await post(`/v1/jobs/${id}/pause`), 409, 'JOB_NOT_RUNNING', /cancelled/);
  });

  it('returns the resource use of a running job, and keeps the peak', async () => {
    const { id } = await daemon.submit('sleep 60 & sleep 60 & wait');
    await running(id);
    assert.equal((await get(`/v1/jobs/${id}`)).body.resources, null);
    const { status, body } = await get(`/v1/jobs/${id}?resources=1`);
    assert.equal(status, 200);
    assert.ok(body.resources.processes >= 2, JSON.stringify(body.resources));
    assert.ok(body.resources.memoryBytes > 10_000 && body.resources.memoryBytes <= body.resources.peakMemoryBytes);
    assert.ok(body.resources.cpuPercent >= 0);
    await post(`/v1/jobs/${id}/cancel`);
    await ended(id);
    const after = (await get(`/v1/jobs/${id}?resources=1`)).body;
    assert.equal(after.resources, null);
    assert.ok(after.attempts[0].peakMemoryBytes >= body.resources.memoryBytes);
    refused(await get(`/v1/jobs/${id}?resources=2`), 400, 'INVALID_REQUEST', /resources/);
  });

  it('explains that a command was not found', async () => {
    const { id } = await daemon.submit({ argv: ['jobdeck-no-such-program'] });
    const { status, error } = await ended(id);
    assert.deepEqual([status, error?.code], ['failed', 'COMMAND_NOT_FOUND']);
    assert(error?.hint);
  });

  it('cancels a running job', async () => {
    const { id } = await daemon.submit('sleep 60');
    await running(id);
    const reply = await post(`/v1/jobs/${id}/cancel`);
    assert.equal(reply.status, 200);
    assert.notEqual(reply.body.cancelRequestedAt, null);
    assert.equal((await ended(id)).status, 'cancelled');
  });

  it('removes a finished job with its logs', async () => {
    const { id } = await daemon.submit('echo gone');
    await ended(id);
    assert(existsSync(join(daemon.home, 'logs', id, '1.log')));
    const reply = await daemon.request('DELETE', `/v1/jobs/${id}`);
    assert.deepEqual([reply.status, reply.body], [200, { removed: 1 }]);
    assert(!existsSync(join(daemon.home, 'logs', id)));
    refused(await get(`/v1/jobs/${id}`), 404, 'JOB_NOT_FOUND', new RegExp(id));
  });

  it('clears finished jobs and keeps active ones', async () => {
    const { id: active } = await daemon.submit('sleep 60');
    await running(active);
    await ended((await daemon.submit('exit 1')).id);
    assert((await post('/v1/jobs/clear', { status: ['failed'] })).body.removed >= 1);
    assert.equal((await get('/v1/jobs?status=failed')).body.total, 0);
    assert.equal((await post('/v1/jobs/clear')).status, 200);
    assert.deepEqual(
      (await get('/v1/jobs')).body.jobs.map(({ id }: Job) => id),
      [active],
    );
    await post(`/v1/jobs/${active}/cancel`);
    await ended(active);
  });

  it('rejects unknown jobs and changes nothing', async () => {
    const before = await total();
    const requests: [string, string][] = [
      ['GET', `/v1/jobs/${unknown}`],
      ['POST', `/v1/jobs/${unknown}/cancel`],
      ['POST', `/v1/jobs/${unknown}/retry`],
      ['DELETE', `/v1/jobs/${unknown}`],
      ['GET', `/v1/jobs/${unknown}/attempts/1/log`],
    ];
    for (const [method, path] of requests) {
      refused(await daemon.request(method, path), 404, 'JOB_NOT_FOUND', new RegExp(unknown));
    }
    refused(await get('/v1/jobs/..%2Fdaemon.json'), 400, 'INVALID_REQUEST', /“id”/);
    assert.equal(await total(), before);
  });

  it('rejects invalid commands without creating a job', async () => {
    const before = await total();
    const submit = (command: unknown, more = {}) => post('/v1/jobs', { command, cwd: tmpdir(), ...more });
    for (const command of [{ shell: '' }, { shell: '  ' }, { argv: [] }, { argv: [''] }]) {
      refused(await submit(command), 400, 'EMPTY_COMMAND', /empty/);
    }
    const missing = join(daemon.home, 'no', 'such', 'folder');
    refused(await submit({ shell: 'ls' }, { cwd: missing }), 400, 'CWD_MISSING', new RegExp(missing));
    const file = join(daemon.home, 'file');
    writeFileSync(file, '');
    refused(await submit({ shell: 'ls' }, { cwd: file }), 400, 'CWD_MISSING', /is not a folder/);
    refused(await submit({ shell: 'ls' }, { cwd: 'relative' }), 400, 'CWD_MISSING', /not an absolute path/);
    refused(await submit({ shell: 'ls' }, { title: 5 }), 400, 'INVALID_REQUEST', /“title” must be a string/);
    refused(await submit({ shell: 'ls' }, { nice: 5 }), 400, 'INVALID_REQUEST', /“nice” is not a known field/);
    refused(await submit({ shell: 'ls', argv: ['ls'] }), 400, 'INVALID_REQUEST', /exactly one of/);
    refused(await submit('ls'), 400, 'INVALID_REQUEST', /“command” must be an object/);
    assert.equal(await total(), before);
  });

  it('rejects cancelling finished jobs, and retrying or removing active ones', async () => {
    const { id } = await daemon.submit('true');
    const job = await ended(id);
    refused(await post(`/v1/jobs/${id}/cancel`), 409, 'JOB_ALREADY_ENDED', /has already finished \(completed\)/);
    assert.equal((await get(`/v1/jobs/${id}`)).body.rev, job.rev, 'it has not changed');

    const { id: active } = await daemon.submit('sleep 60');
    const { rev } = await running(active);
    refused(await post(`/v1/jobs/${active}/retry`), 409, 'JOB_STILL_ACTIVE', /has not finished yet \(running\)/);
    refused(
      await daemon.request('DELETE', `/v1/jobs/${active}`),
      409,
      'JOB_STILL_ACTIVE',
      /has not finished yet \(running\)/,
    );
    refused(await post('/v1/jobs/clear', { status: ['running'] }), 400, 'INVALID_REQUEST', /can’t be cleared/);
    assert.equal((await get(`/v1/jobs/${active}`)).body.rev, rev, 'it has not changed');
    await post(`/v1/jobs/${active}/cancel`);
    await ended(active);
  });

  it('accepts an environment of megabytes, and rejects an oversized body', async () => {
    const big = { A: 'x'.repeat(100_000), B: 'x'.repeat(100_000) };
    const { id } = await daemon.submit(
      { argv: ['sh', '-c', 'printf %s "$A$B" | wc -c'] },
      { env: { ...big, PATH: process.env.PATH } },
    );
    await ended(id);
    assert.equal((await get(`/v1/jobs/${id}/attempts/1/log`)).text.trim(), '200000');
    const reply = await post('/v1/jobs', { command: { shell: 'ls' }, env: { A: 'x'.repeat(5_000_000) } });
    refused(reply, 413, 'BODY_TOO_LARGE', /larger than 4\.2 MB/);
  });

  it('rejects unknown routes', async () => {
    refused(await get('/'), 404, 'ROUTE_NOT_FOUND', /GET \//);
    refused(await daemon.request('PATCH', '/v1/jobs'), 404, 'ROUTE_NOT_FOUND', /PATCH/);
    refused(await get('/v1/stream'), 404, 'ROUTE_NOT_FOUND', /stream/);
  });
});

describe('following a log', function () {
  this.timeout(30_000);
  let daemon: TestDaemon;
  before(async () => {
    daemon = await startDaemon();
  });
  after(() => daemon.dispose());

  /** Follows a log like a client: requests what is new and waits for it. Returns the text and the replies. */
  async function follow(id: string, onAnswer: (text: string) => void = () => {}) {
    let text = '';
    for (let answers = 1; ; answers += 1) {
      const path = `/v1/jobs/${id}/attempts/1/log?offset=${Buffer.byteLength(text)}&wait=60000`;
      const reply = await daemon.request('GET', path);
      assert.equal(reply.status, 200, reply.text);
      assert.equal(Number(reply.headers.get('x-jobdeck-log-offset')), Buffer.byteLength(text));
      text += reply.text;
      onAnswer(text);
      if (reply.headers.get('x-jobdeck-log-ended') === '1') return { text, answers };
    }
  }

  it('returns every byte once, then reports the end', async () => {
    const gate = join(daemon.home, 'gate');
    const { id } = await daemon.submit(`echo first; until [ -e '${gate}' ]; do sleep 0.02; done; echo last`);
    await daemon.waitForJob(id, ({ attempt }) => attempt === 1);
    const { text } = await follow(id, (soFar) => soFar === 'first\n' && writeFileSync(gate, ''));
    assert.equal(text, 'first\nlast\n');
  });

  it('returns a busy log in few pieces', async () => {
    const { id } = await daemon.submit('i=0; while [ $i -lt 5000 ]; do echo "line $i"; i=$((i+1)); done');
    await daemon.waitForJob(id, ({ attempt }) => attempt === 1);
    const { text, answers } = await follow(id);
    assert.equal(text, Array.from({ length: 5000 }, (_, n) => `line ${n}\n`).join(''));
    assert(answers < 200, `${answers} answers`);
  });

  it('stops serving disconnected clients', async () => {
    const { id } = await daemon.submit('sleep 60');
    await daemon.waitForJob(id, ({ status }) => status === 'running');
    const gone = new AbortController();
    const request = fetch(`${daemon.url}/v1/jobs/${id}/attempts/1/log?wait=60000`, {
      headers: { authorization: `Bearer ${daemon.info.token}` },
      signal: gone.signal,
    });
    await daemon.request('GET', '/v1/health');
    gone.abort();
    await assert.rejects(request, { name: 'AbortError' });
    await daemon.stop();
    assert.deepEqual(await daemon.exited, { code: 0, signal: null });
  });
});
