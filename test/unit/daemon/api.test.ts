import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { buildApi } from '../../../daemon/api/api.ts';
import { edgeCheck } from '../../../daemon/api/edge.ts';
import type { Router } from '../../../daemon/api/router.ts';
import { systemClock } from '../../../daemon/clock.ts';
import type { JobCommands } from '../../../daemon/jobs/ports.ts';
import { AttemptLogs } from '../../../daemon/logs/files.ts';
import { Warnings } from '../../../daemon/warnings.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import type { JobDetail } from '../../../shared/job.ts';
import { addJob, openTemporary, type Temporary } from '../store/temporary.ts';

const headers = { host: '127.0.0.1:4711', authorization: 'Bearer s3cret' };

describe('the api', () => {
  let bench: Temporary;
  let logs: AttemptLogs;
  let api: Router;
  let calls: unknown[][];
  let answer: () => Promise<JobDetail>;
  let logged: unknown[];
  let requests: number;
  let stopping: AbortController;

  beforeEach(async () => {
    bench = openTemporary();
    logs = new AttemptLogs(join(bench.folder, 'logs'));
    calls = [];
    logged = [];
    requests = 0;
    stopping = new AbortController();
    await addJob(bench.store, { id: 'a' });
    answer = async () => bench.store.detail('a') ?? assert.fail();
    const command =
      (name: string) =>
      (...args: unknown[]) => {
        calls.push([name, ...args]);
        return answer();
      };
    const jobs = {
      ...{ submit: command('submit'), cancel: command('cancel'), retry: command('retry') },
      remove: async (id: string) => void calls.push(['remove', id]),
      clear: async (statuses?: unknown) => {
        calls.push(['clear', statuses]);
        return 7;
      },
    } satisfies JobCommands;
    api = buildApi({
      ...{ jobs, logs, store: bench.store, warnings: new Warnings(), feed: { size: 2 }, clock: systemClock },
      ...{ home: '/home', startedAt: '2026-01-01T00:00:00.000Z', stopping: stopping.signal, port: () => 4711 },
      check: edgeCheck('s3cret', () => 4711),
      stop: (reason) => calls.push(['stop', reason]),
      onRequest: (change) => {
        requests += change;
      },
      log: { info() {}, warning() {}, error: (_message, error) => logged.push(error) },
    });
  });
  afterEach(async () => {
    await api.close();
    bench.end();
  });

  type Method = 'GET' | 'POST' | 'DELETE' | 'PUT';
  const ask = async (method: Method, url: string, body?: unknown, more: Record<string, string> = {}) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const reply = await api.inject({
      method,
      url,
      headers: { ...headers, ...json, ...more },
      ...(payload !== undefined && { payload }),
    });
    return { status: reply.statusCode, body: reply.json() };
  };
  const refused = async (reply: ReturnType<typeof ask>, status: number, code: string, message?: RegExp) => {
    const { status: got, body } = await reply;
    assert.deepEqual([got, body.error.code], [status, code], JSON.stringify(body));
    assert.deepEqual(Object.keys(body.error), ['code', 'message', 'hint']);
    assert.match(body.error.message, message ?? /\w.*\.$/);
  };

  describe('passes commands on', () => {
    it('with what was asked, and answers with the job', async () => {
      const submit = { command: { argv: ['ls'] }, cwd: '/', env: { A: '1' }, input: { deep: [1] } };
      assert.deepEqual(await ask('POST', '/v1/jobs', submit), { status: 201, body: await answer() });
      assert.equal((await ask('POST', '/v1/jobs/a/cancel', {})).status, 200);
      assert.equal((await ask('POST', '/v1/jobs/a/retry', { command: { shell: 'ls' } })).status, 200);
      assert.deepEqual(await ask('DELETE', '/v1/jobs/a'), { status: 200, body: { removed: 1 } });
      assert.deepEqual(await ask('POST', '/v1/jobs/clear', { status: ['failed'] }), {
        status: 200,
        body: { removed: 7 },
      });
      assert.deepEqual(calls, [
        ['submit', submit],
        ['cancel', 'a'],
        ['retry', 'a', { shell: 'ls' }],
        ['remove', 'a'],
        ['clear', ['failed']],
      ]);
    });

    it('with no body, or one of JSON that is empty, where nothing is needed', async () => {
      for (const path of ['/v1/jobs/a/cancel', '/v1/jobs/a/retry', '/v1/jobs/clear']) {
        assert.equal((await ask('POST', path)).status, 200, path);
        assert.equal((await ask('POST', path, '')).status, 200, path);
      }
      await refused(ask('POST', '/v1/jobs'), 400, 'INVALID_REQUEST', /“command” is missing\./);
    });

    it('and stops the daemon after the answer', async () => {
      assert.deepEqual(await ask('POST', '/v1/daemon/stop'), { status: 202, body: { reason: 'stop' } });
      assert.deepEqual(await ask('POST', '/v1/daemon/stop', { reason: 'handover' }), {
        status: 202,
        body: { reason: 'handover' },
      });
      await refused(ask('POST', '/v1/daemon/stop', { reason: 'idle' }), 400, 'INVALID_REQUEST');
    });

    it('and drops nothing of a reply, whatever its schema says', async () => {
      const detail = { ...(await answer()), more: { than: 'the schema' } };
      answer = async () => detail;
      assert.deepEqual((await ask('POST', '/v1/jobs/a/cancel')).body, detail);
    });
  });

  describe('refuses, changing nothing,', () => {
    const submit = (body: unknown) => ask('POST', '/v1/jobs', body);
    afterEach(() => {
      assert.deepEqual(calls, []);
      assert.deepEqual(logged, []);
      assert.equal(requests, 0);
    });

    it('unknown fields, naming them', () =>
      refused(
        submit({ command: { shell: 'ls' }, tilte: 'x' }),
        400,
        'INVALID_REQUEST',
        /“tilte” is not a known field/,
      ));
    it('values of another type instead of converting them', () =>
      refused(submit({ command: { shell: 'ls' }, title: 3 }), 400, 'INVALID_REQUEST', /“title” must be a string/));
    it('an empty command, as a line or as a list', async () => {
      await refused(submit({ command: { shell: '' } }), 400, 'EMPTY_COMMAND');
      await refused(submit({ command: { argv: [] } }), 400, 'EMPTY_COMMAND');
      await refused(ask('POST', '/v1/jobs/a/retry', { command: { argv: [] } }), 400, 'EMPTY_COMMAND');
    });
    it('bodies that are not JSON', async () => {
      await refused(submit('{"command"'), 400, 'INVALID_REQUEST', /not valid JSON/);
      await refused(
        ask('POST', '/v1/jobs', 'a=b', { 'content-type': 'text/plain' }),
        400,
        'INVALID_REQUEST',
        /not JSON/,
      );
      await refused(submit('[]'), 400, 'INVALID_REQUEST', /must be an object/);
    });
    it('bodies of more than 4 MiB, and takes environments of nearly that', async () => {
      await refused(submit({ command: { shell: 'ls' }, env: { A: 'x'.repeat(5_000_000) } }), 413, 'BODY_TOO_LARGE');
      assert.equal((await submit({ command: { shell: 'ls' }, env: { A: 'x'.repeat(4_000_000) } })).status, 201);
      assert.equal(calls.pop()?.[0], 'submit');
    });
    it('ids and attempts that can be none', async () => {
      await refused(ask('GET', '/v1/jobs/a%2F..%2Fb'), 400, 'INVALID_REQUEST', /“id” must match/);
      await refused(ask('GET', '/v1/jobs/a/attempts/x/log'), 400, 'INVALID_REQUEST', /“n” must be a whole number/);
      await refused(ask('GET', '/v1/jobs/a/attempts/0/log'), 400, 'INVALID_REQUEST', /“n” must be at least 1/);
    });
    it('queries it does not know or that are out of range', async () => {
      await refused(ask('GET', '/v1/jobs?limit=501'), 400, 'INVALID_REQUEST', /“limit” must be at most 500/);
      await refused(ask('GET', '/v1/jobs?limit=1.5'), 400, 'INVALID_REQUEST', /“limit” must be a whole number/);
      await refused(ask('GET', '/v1/jobs?limit='), 400, 'INVALID_REQUEST', /“limit” must be a whole number/);
      await refused(ask('GET', '/v1/jobs?status=x'), 400, 'INVALID_REQUEST');
      await refused(
        ask('GET', '/v1/jobs?status=failed&status=lost'),
        400,
        'INVALID_REQUEST',
        /“status” must be a string/,
      );
      await refused(ask('GET', '/v1/jobs?stauts=failed'), 400, 'INVALID_REQUEST', /“stauts” is not a known field/);
    });
    it('jobs there are not', () => refused(ask('GET', '/v1/jobs/none'), 404, 'JOB_NOT_FOUND', /no job none/));
    it('routes there are not', async () => {
      await refused(ask('GET', '/v1/nothing'), 404, 'ROUTE_NOT_FOUND', /GET \/v1\/nothing/);
      await refused(ask('PUT', '/v1/jobs', {}), 404, 'ROUTE_NOT_FOUND');
      await refused(ask('GET', '/v1/jobs/%zz'), 400, 'INVALID_REQUEST');
      await refused(ask('GET', `/v1/jobs/${'x'.repeat(300)}`), 400, 'INVALID_REQUEST');
    });
    it('everything without the token, also what it would refuse anyway', async () => {
      const without = { authorization: 'Bearer wrong' };
      for (const url of ['/v1/jobs', '/v1/health', '/v1/nothing', '/v1/jobs/%zz', `/v1/jobs/${'x'.repeat(300)}`, '/'])
        await refused(ask('GET', url, undefined, without), 401, 'UNAUTHORIZED');
      await refused(ask('POST', '/v1/jobs', '{"broken', without), 401, 'UNAUTHORIZED');
      await refused(ask('POST', '/v1/daemon/stop', {}, without), 401, 'UNAUTHORIZED');
    });
    it('everything while it stops', async () => {
      stopping.abort();
      await refused(ask('POST', '/v1/jobs', { command: { shell: 'ls' } }), 503, 'DAEMON_STOPPING');
    });
  });

  it('answers an expected error with its code, status and hint', async () => {
    answer = async () => {
      throw new JobdeckError('STORAGE_FULL', 'The disk is full.', 'Free some space.');
    };
    assert.deepEqual(await ask('POST', '/v1/jobs/a/cancel'), {
      status: 507,
      body: { error: { code: 'STORAGE_FULL', message: 'The disk is full.', hint: 'Free some space.' } },
    });
    assert.deepEqual(logged, []);
  });

  it('answers a defect without telling about it, and logs it', async () => {
    const defect = new TypeError('secret is not a function');
    answer = async () => {
      throw defect;
    };
    const { status, body } = await ask('POST', '/v1/jobs/a/cancel');
    assert.equal(status, 500);
    assert.equal(body.error.code, 'INTERNAL');
    assert.doesNotMatch(JSON.stringify(body), /secret/);
    assert.deepEqual(logged, [defect]);
  });

  it('tells how the daemon is', async () => {
    const { status, body } = await ask('GET', '/v1/health');
    assert.equal(status, 200);
    assert.deepEqual(
      { ...body, databaseBytes: body.databaseBytes > 0 },
      {
        ...{ status: 'ok', version: '0.0.0-source', protocol: 1, pid: process.pid, port: 4711, home: '/home' },
        ...{ startedAt: '2026-01-01T00:00:00.000Z', databaseBytes: true, clients: 2, warnings: [] },
        jobs: { pending: 1, waiting: 0, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 },
      },
    );
  });

  describe('gives the log of an attempt', () => {
    const url = '/v1/jobs/a/attempts/1/log';
    const log = async (query: string) => {
      const reply = await api.inject({ method: 'GET', url: `${url}?${query}`, headers });
      const {
        'x-jobdeck-log-offset': offset,
        'x-jobdeck-log-size': size,
        'x-jobdeck-log-ended': ended,
      } = reply.headers;
      return { text: reply.body, offset: Number(offset), size: Number(size), ended: ended === '1' };
    };
    const write = (text: string) => {
      mkdirSync(join(bench.folder, 'logs', 'a'), { recursive: true });
      appendFileSync(logs.path('a', 1), text);
    };
    const begin = () =>
      bench.store.write((tx) => {
        tx.insertAttempt('a', { number: 1, launch: 1, status: 'running', createdAt: 1, startedAt: 2 });
        tx.updateJob('a', { attempt: 1, status: 'running', startedAt: 2 });
      });
    const end = () =>
      bench.store.write((tx) => {
        tx.updateAttempt('a', 1, { status: 'failed', endedAt: 3 });
        tx.updateJob('a', { status: 'failed', endedAt: 3 });
      });

    it('in parts, until its end', async () => {
      await begin();
      write('0123456789');
      assert.deepEqual(await log('offset=0&limit=4'), { text: '0123', offset: 0, size: 10, ended: false });
      assert.deepEqual(await log('offset=8&limit=4'), { text: '89', offset: 8, size: 10, ended: false });
      await end();
      assert.deepEqual(await log('offset=8&limit=1'), { text: '8', offset: 8, size: 10, ended: false });
      assert.deepEqual(await log('offset=8'), { text: '89', offset: 8, size: 10, ended: true });
      assert.deepEqual(await log('offset=10'), { text: '', offset: 10, size: 10, ended: true });
      assert.deepEqual(await log('offset=-3'), { text: '789', offset: 7, size: 10, ended: true });
    });

    it('as raw bytes', async () => {
      await begin();
      mkdirSync(join(bench.folder, 'logs', 'a'), { recursive: true });
      const bytes = Buffer.from([0, 255, 13, 10, 0xc3, 0x28]);
      writeFileSync(logs.path('a', 1), bytes);
      const reply = await api.inject({ method: 'GET', url, headers });
      assert.equal(reply.headers['content-type'], 'application/octet-stream');
      assert.deepEqual(reply.rawPayload, bytes);
    });

    it('when there is more than was asked for already, without waiting', async () => {
      await begin();
      write('0123');
      assert.equal((await log('offset=2&limit=2&wait=60000')).text, '23');
    });

    it('as soon as it grows, when told to wait', async () => {
      await begin();
      write('0123');
      const waiting = log('offset=4&wait=60000');
      write('45');
      assert.deepEqual(await waiting, { text: '45', offset: 4, size: 6, ended: false });
    });

    it('as soon as the attempt ends, when told to wait', async () => {
      await begin();
      write('0123');
      const waiting = log('offset=4&wait=60000');
      await end();
      assert.deepEqual(await waiting, { text: '', offset: 4, size: 4, ended: true });
    });

    it('as soon as the daemon stops, when told to wait', async () => {
      await begin();
      write('0123');
      const waiting = log('offset=4&wait=60000');
      setImmediate(() => stopping.abort());
      assert.deepEqual(await waiting, { text: '', offset: 4, size: 4, ended: false });
    });

    it('when the time is over, as it stands then', async () => {
      await begin();
      write('0123');
      assert.deepEqual(await log('offset=4&wait=30'), { text: '', offset: 4, size: 4, ended: false });
    });

    it('that is not there yet because the attempt is just starting, as an empty one', async () => {
      await bench.store.write((tx) => {
        tx.insertAttempt('a', { number: 1, launch: 1, status: 'starting', createdAt: 1 });
        tx.updateJob('a', { attempt: 1 });
      });
      assert.deepEqual(await log(''), { text: '', offset: 0, size: 0, ended: false });
      const waiting = log('wait=60000');
      write('first');
      assert.equal((await waiting).text, 'first');
    });

    it('as ended while a retry waits for its attempt', async () => {
      await begin();
      write('old');
      await end();
      await bench.store.write((tx) => tx.updateJob('a', { status: 'pending', endedAt: null, startedAt: null }));
      assert.equal((await log('offset=3&wait=60000')).ended, true);
    });

    it('unless it vanished, there is no such attempt or no such job', async () => {
      await begin();
      await refused(ask('GET', `${url}?wait=60000`), 404, 'LOG_NOT_FOUND');
      write('gone');
      rmSync(join(bench.folder, 'logs'), { recursive: true });
      await refused(ask('GET', url), 404, 'LOG_NOT_FOUND');
      await refused(ask('GET', '/v1/jobs/a/attempts/2/log'), 404, 'ATTEMPT_NOT_FOUND', /no attempt 2/);
      await refused(ask('GET', '/v1/jobs/b/attempts/1/log'), 404, 'JOB_NOT_FOUND');
    });
  });
});
