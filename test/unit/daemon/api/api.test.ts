import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { JobdeckError } from '../../../../shared/errors.ts';
import { addJob } from '../store/temporary.ts';
import { ApiBench, aQueue, type Method } from './apiBench.ts';

describe('the API', () => {
  let bench: ApiBench;
  beforeEach(async () => {
    bench = new ApiBench(async ({ db }) => db.store.detail('a') ?? assert.fail());
    await addJob(bench.db.store, { id: 'a' });
  });
  afterEach(() => bench.end());

  const ask = async (method: Method, url: string, body?: unknown, more: Record<string, string> = {}) => {
    const reply = await bench.inject(method, url, body, more);
    return { status: reply.statusCode, body: reply.json() };
  };
  const refused = async (reply: ReturnType<typeof ask>, status: number, code: string, message?: RegExp) => {
    const { status: got, body } = await reply;
    assert.deepEqual([got, body.error.code], [status, code], JSON.stringify(body));
    const { message: text, hint } = body.error;
    assert.match(text, message ?? /\w.*\.$/);
    assert.ok(hint === null || /\w.*\.$/.test(hint), hint);
  };

  describe('passes commands on', () => {
    it('with their parameters, and returns the job', async () => {
      const submit = { command: { argv: ['ls'] }, cwd: '/', env: { A: '1' }, input: { deep: [1] } };
      assert.deepEqual(await ask('POST', '/v1/jobs', submit), { status: 201, body: await bench.answer() });
      assert.equal((await ask('POST', '/v1/jobs/a/cancel', {})).status, 200);
      assert.equal((await ask('POST', '/v1/jobs/a/hold')).status, 200);
      assert.equal((await ask('POST', '/v1/jobs/a/release', {})).status, 200);
      assert.equal((await ask('POST', '/v1/jobs/a/start', {})).status, 200);
      assert.equal((await ask('POST', '/v1/jobs/a/priority', { priority: 'high' })).status, 200);
      assert.equal((await ask('POST', '/v1/jobs/a/retry', { command: { shell: 'ls' } })).status, 200);
      assert.deepEqual(await ask('DELETE', '/v1/jobs/a'), { status: 200, body: { removed: 1 } });
      assert.deepEqual(await ask('POST', '/v1/jobs/clear', { status: ['failed'] }), {
        status: 200,
        body: { removed: 7 },
      });
      assert.deepEqual(bench.calls, [
        ['submit', submit],
        ['cancel', 'a', {}],
        ['hold', 'a'],
        ['release', 'a'],
        ['start', 'a'],
        ['setPriority', 'a', 'high'],
        ['retry', 'a', { command: { shell: 'ls' } }],
        ['remove', 'a'],
        ['clear', ['failed']],
      ]);
    });

    it('that change a priority, if there is such a one', async () => {
      await refused(ask('POST', '/v1/jobs/a/priority', { priority: 'first' }), 400, 'INVALID_REQUEST');
      await refused(ask('POST', '/v1/jobs/a/priority', {}), 400, 'INVALID_REQUEST');
      assert.deepEqual(bench.calls, []);
    });

    it('that only send a signal', async () => {
      assert.equal((await ask('POST', '/v1/jobs/a/cancel', { signal: 'SIGINT' })).status, 200);
      await refused(ask('POST', '/v1/jobs/a/cancel', { signal: 'SIGSTOP' }), 400, 'INVALID_REQUEST');
      assert.deepEqual(bench.calls, [['cancel', 'a', { signal: 'SIGINT' }]]);
    });

    it('that apply to many jobs', async () => {
      const reply = { status: 200, body: { done: ['a'], failed: [] } };
      assert.deepEqual(await ask('POST', '/v1/jobs/cancel', { ids: ['a'] }), reply);
      assert.deepEqual(await ask('POST', '/v1/jobs/retry', { filter: { type: ['x', 'y'] }, dryRun: true }), reply);
      assert.deepEqual(await ask('POST', '/v1/jobs/remove', { filter: {} }), reply);
      assert.deepEqual(await ask('POST', '/v1/jobs/force-fail', { ids: ['a'], reason: 'it hangs' }), reply);
      assert.deepEqual(bench.calls, [
        ['each', 'cancel', { ids: ['a'] }],
        ['each', 'retry', { filter: { type: ['x', 'y'] }, dryRun: true }],
        ['each', 'remove', { filter: {} }],
        ['each', 'forceFail', { ids: ['a'], reason: 'it hangs' }],
      ]);
      await refused(ask('POST', '/v1/jobs/cancel', { ids: [] }), 400, 'INVALID_REQUEST');
      await refused(ask('POST', '/v1/jobs/cancel', { filter: { limit: 5 } }), 400, 'INVALID_REQUEST');
    });

    it('to force-stop jobs, after the confirmation is checked', async () => {
      assert.equal((await ask('POST', '/v1/jobs/a/force-fail', { reason: 'it hangs' })).status, 200);
      assert.equal((await ask('POST', '/v1/jobs/a/force-fail')).status, 200);
      assert.deepEqual(await ask('POST', '/v1/recovery/emergency-cleanup', { confirm: true }), {
        status: 200,
        body: { failed: ['a', 'b'] },
      });
      assert.deepEqual(bench.calls, [
        ['forceFail', 'a', 'it hangs'],
        ['forceFail', 'a', undefined],
        ['forceFailAll', { confirm: true }],
      ]);
      const wrong = ask('POST', '/v1/jobs/a/force-fail', { reason: '' });
      await refused(wrong, 400, 'INVALID_REQUEST', /“reason”/);
    });

    it('to send input, up to the size limit of a request', async () => {
      const body = { text: 'yes\n', end: true };
      assert.deepEqual(await ask('POST', '/v1/jobs/a/input', body), { status: 200, body: { taken: 3, ended: false } });
      assert.deepEqual(bench.calls, [['input', 'a', body]]);
      const long = ask('POST', '/v1/jobs/a/input', { text: 'x'.repeat(65_537) });
      await refused(long, 400, 'INVALID_REQUEST', /“text”/);
    });

    it('on definition files', async () => {
      const file = { path: '/app/.vscode/jobs.json', workspace: '/app', problems: [], names: ['build'], pending: null };
      assert.deepEqual(await ask('GET', '/v1/definitions'), { status: 200, body: { files: [file], jobs: [] } });
      assert.deepEqual(await ask('POST', '/v1/definitions/files', { folder: '/app' }), { status: 200, body: file });
      const removed = await ask('DELETE', '/v1/definitions/files?folder=%2Fapp');
      assert.deepEqual(removed, { status: 200, body: { removed: 1 } });
      assert.deepEqual(bench.calls, [
        ['addDefinitions', '/app'],
        ['removeDefinitions', '/app'],
      ]);
      await refused(ask('POST', '/v1/definitions/files', {}), 400, 'INVALID_REQUEST', /“folder” is missing/);
      await refused(ask('DELETE', '/v1/definitions/files'), 400, 'INVALID_REQUEST', /“folder” is missing/);
    });

    it('on queues', async () => {
      assert.deepEqual(await ask('GET', '/v1/queues'), { status: 200, body: { queues: [aQueue] } });
      const settings = { concurrency: 2, rate: { count: 10, periodMs: 60_000 }, timeLimitMs: null };
      assert.deepEqual(await ask('PUT', '/v1/queues/gpu', settings), { status: 200, body: aQueue });
      assert.equal((await ask('POST', '/v1/queues/gpu/pause')).status, 200);
      assert.equal((await ask('POST', '/v1/queues/gpu/resume', {})).status, 200);
      assert.deepEqual(await ask('DELETE', '/v1/queues/gpu'), { status: 200, body: { removed: 1 } });
      assert.deepEqual(bench.calls, [
        ['set', 'gpu', settings],
        ['pause', 'gpu'],
        ['resume', 'gpu'],
        ['removeQueue', 'gpu'],
      ]);
    });

    it('to start a backfill, or only to preview it in a dry run', async () => {
      const backfill = { job: { command: { argv: ['ls'] } }, from: '2026-01-01', to: '2026-01-02', every: '1d' };
      const started = await ask('POST', '/v1/backfills', backfill);
      assert.deepEqual(
        [started.status, started.body.count, started.body.group.id],
        [201, 1, (await bench.answer()).id],
      );
      const cron = { ...backfill, every: { cron: '0 6 * * *' }, dryRun: true };
      const told = await ask('POST', '/v1/backfills', cron);
      assert.deepEqual([told.status, told.body.group], [200, null]);
      assert.deepEqual(bench.calls, [
        ['backfill', backfill],
        ['backfill', cron],
      ]);
    });

    it('but no backfill without a range or an interval, or with fields of a single job', async () => {
      const backfill = { job: { command: { argv: ['ls'] } }, from: '2026-01-01', to: '2026-01-02', every: '1d' };
      const { to: _, ...endless } = backfill;
      const wrong: [unknown, RegExp][] = [
        [endless, /“to”/],
        [{ ...backfill, every: '1fortnight' }, /“every” must/],
        [{ ...backfill, every: '0d' }, /“every” must/],
        [{ ...backfill, every: 86_400 }, /“every” must/],
        [{ ...backfill, order: 'random' }, /“order” must/],
        [{ ...backfill, concurrency: 0 }, /“concurrency” must be at least 1\./],
        [{ ...backfill, job: { ...backfill.job, after: ['a'] } }, /“job.after” is not a known field\./],
      ];
      for (const [body, message] of wrong)
        await refused(ask('POST', '/v1/backfills', body), 400, 'INVALID_REQUEST', message);
      assert.deepEqual(bench.calls, []);
    });

    it('but no start at an invalid time', async () => {
      const command = { argv: ['ls'] };
      for (const notBefore of ['soon', '2026-13-01T00:00:00Z', 5]) {
        await refused(ask('POST', '/v1/jobs', { command, notBefore }), 400, 'INVALID_REQUEST', /“notBefore” must be a/);
      }
    });

    it('but no invalid settings or names of queues', async () => {
      const wrong: [unknown, RegExp][] = [
        [{ concurrency: 0 }, /“concurrency” must be at least 1\./],
        [{ concurrency: -3 }, /“concurrency” must be at least 1\./],
        [{ concurrency: 1e9 }, /“concurrency” must be at most 10000\./],
        [{ concurrency: 'two' }, /“concurrency” must be a whole number or null\./],
        [{ concurrency: 1.5 }, /“concurrency” must be a whole number or null\./],
        [{ rate: { count: 0, periodMs: 1000 } }, /“rate.count” must be at least 1\./],
        [{ rate: { count: 1, periodMs: 1e12 } }, /“rate.periodMs” must be at most \d+\./],
        [{ rate: { count: 1 } }, /periodMs/],
        [{ timeLimitMs: 1 }, /“timeLimitMs” must be at least 1000\./],
        [{ size: 1 }, /“size” is not a known field\./],
      ];
      for (const [body, message] of wrong)
        await refused(ask('PUT', '/v1/queues/q', body), 400, 'INVALID_REQUEST', message);
      await refused(ask('PUT', '/v1/queues/a%20b', {}), 400, 'INVALID_REQUEST', /“name” must match/);
      assert.deepEqual(bench.calls, []);
    });

    it('without a body, or with an empty JSON body, if no parameters are required', async () => {
      for (const path of ['/v1/jobs/a/cancel', '/v1/jobs/a/retry', '/v1/jobs/clear']) {
        assert.equal((await ask('POST', path)).status, 200, path);
        assert.equal((await ask('POST', path, '')).status, 200, path);
      }
      await refused(ask('POST', '/v1/jobs'), 400, 'INVALID_REQUEST', /“command” is missing\./);
    });

    it('and returns 200 if a job with the key already exists', async () => {
      bench.created = false;
      const submit = { command: { argv: ['ls'] }, idempotencyKey: 'k' };
      assert.deepEqual(await ask('POST', '/v1/jobs', submit), { status: 200, body: await bench.answer() });
    });

    it('to clear old jobs', async () => {
      const clean = { olderThan: '30d', keep: 5, dryRun: true };
      assert.deepEqual(await ask('POST', '/v1/jobs/clean', clean), { status: 200, body: { removed: 5, dryRun: true } });
      assert.deepEqual(bench.calls, [['clean', clean]]);
      await refused(ask('POST', '/v1/jobs/clean', { keep: -1 }), 400, 'INVALID_REQUEST', /“keep” must be at least 0/);
    });

    it('and stops the daemon after the reply', async () => {
      assert.deepEqual(await ask('POST', '/v1/daemon/stop'), { status: 202, body: { reason: 'stop' } });
      assert.deepEqual(await ask('POST', '/v1/daemon/stop', { reason: 'handover' }), {
        status: 202,
        body: { reason: 'handover' },
      });
      await refused(ask('POST', '/v1/daemon/stop', { reason: 'idle' }), 400, 'INVALID_REQUEST');
    });

    it('and returns fields that the schema does not declare', async () => {
      const detail = { ...(await bench.answer()), more: { than: 'the schema' } };
      bench.answer = async () => detail;
      assert.deepEqual((await ask('POST', '/v1/jobs/a/cancel')).body, detail);
    });
  });

  describe('rejects, without changing anything,', () => {
    const submit = (body: unknown) => ask('POST', '/v1/jobs', body);
    afterEach(() => {
      assert.deepEqual(bench.calls, []);
      assert.deepEqual(bench.logged, []);
      assert.equal(bench.requests, 0);
    });

    it('unknown fields, and names them', () =>
      refused(
        submit({ command: { shell: 'ls' }, tilte: 'x' }),
        400,
        'INVALID_REQUEST',
        /“tilte” is not a known field/,
      ));
    it('values of the wrong type instead of converting them', () =>
      refused(submit({ command: { shell: 'ls' }, title: 3 }), 400, 'INVALID_REQUEST', /“title” must be a string/));
    it('an empty command line or argument list', async () => {
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
    it('bodies larger than 4 MiB, but accepts environments of nearly that size', async () => {
      await refused(submit({ command: { shell: 'ls' }, env: { A: 'x'.repeat(5_000_000) } }), 413, 'BODY_TOO_LARGE');
      assert.equal((await submit({ command: { shell: 'ls' }, env: { A: 'x'.repeat(4_000_000) } })).status, 201);
      assert.equal(bench.calls.pop()?.[0], 'submit');
    });
    it('invalid IDs and attempt numbers', async () => {
      await refused(ask('GET', '/v1/jobs/a%2F..%2Fb'), 400, 'INVALID_REQUEST', /“id” must match/);
      await refused(ask('GET', '/v1/jobs/a/attempts/x/log'), 400, 'INVALID_REQUEST', /“n” must be a whole number/);
      await refused(ask('GET', '/v1/jobs/a/attempts/0/log'), 400, 'INVALID_REQUEST', /“n” must be at least 1/);
    });
    it('unknown or out-of-range query parameters', async () => {
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
    it('unknown jobs', () => refused(ask('GET', '/v1/jobs/none'), 404, 'JOB_NOT_FOUND', /ID none/));
    it('unknown routes', async () => {
      await refused(ask('GET', '/v1/nothing'), 404, 'ROUTE_NOT_FOUND', /GET \/v1\/nothing/);
      await refused(ask('PUT', '/v1/jobs', {}), 404, 'ROUTE_NOT_FOUND');
      await refused(ask('GET', '/v1/jobs/%zz'), 400, 'INVALID_REQUEST');
      await refused(ask('GET', `/v1/jobs/${'x'.repeat(300)}`), 400, 'INVALID_REQUEST');
    });
    it('every request without the token, even invalid ones', async () => {
      const without = { authorization: 'Bearer wrong' };
      for (const url of ['/v1/jobs', '/v1/health', '/v1/nothing', '/v1/jobs/%zz', `/v1/jobs/${'x'.repeat(300)}`, '/'])
        await refused(ask('GET', url, undefined, without), 401, 'UNAUTHORIZED');
      await refused(ask('POST', '/v1/jobs', '{"broken', without), 401, 'UNAUTHORIZED');
      await refused(ask('POST', '/v1/daemon/stop', {}, without), 401, 'UNAUTHORIZED');
    });
    it('every request while the daemon is stopping', async () => {
      bench.stopping.abort();
      await refused(ask('POST', '/v1/jobs', { command: { shell: 'ls' } }), 503, 'DAEMON_STOPPING');
    });
  });

  it('lets requests wait until it knows which jobs are running, except health, stop and refused ones', async () => {
    let makeReady = () => {};
    bench.ready = new Promise((resolve) => {
      makeReady = resolve;
    });
    const submitted = ask('POST', '/v1/jobs', { command: { argv: ['ls'] } });
    const cancelled = ask('POST', '/v1/jobs/a/cancel', {});
    assert.equal((await ask('GET', '/v1/health')).status, 200);
    await refused(ask('GET', '/v1/jobs', undefined, { authorization: 'Bearer wrong' }), 401, 'UNAUTHORIZED');
    assert.deepEqual(bench.calls, []);
    makeReady();
    assert.deepEqual([(await submitted).status, (await cancelled).status], [201, 200]);
  });

  it('returns an expected error with its code, status and hint', async () => {
    bench.answer = async () => {
      throw new JobdeckError({ code: 'STORAGE_FULL', message: 'The disk is full.', hint: 'Free some space.' });
    };
    assert.deepEqual(await ask('POST', '/v1/jobs/a/cancel'), {
      status: 507,
      body: { error: { code: 'STORAGE_FULL', message: 'The disk is full.', hint: 'Free some space.' } },
    });
    assert.deepEqual(bench.logged, []);
  });

  it('logs an unexpected error and returns no details about it', async () => {
    const defect = new TypeError('secret is not a function');
    bench.answer = async () => {
      throw defect;
    };
    const { status, body } = await ask('POST', '/v1/jobs/a/cancel');
    assert.equal(status, 500);
    assert.equal(body.error.code, 'INTERNAL');
    assert.doesNotMatch(JSON.stringify(body), /secret/);
    assert.deepEqual(bench.logged, [defect]);
  });

  it('reports the health of the daemon', async () => {
    const { status, body } = await ask('GET', '/v1/health');
    assert.equal(status, 200);
    assert.deepEqual(
      { ...body, databaseBytes: body.databaseBytes > 0, disk: body.disk.freeBytes > 0 },
      {
        status: 'ok',
        cancelGraceMs: 10_000,
        version: '0.0.0-source',
        protocol: 2,
        pid: process.pid,
        port: 4711,
        home: bench.db.folder,
        startedAt: '2026-01-01T00:00:00.000Z',
        databaseBytes: true,
        disk: true,
        clients: 2,
        warnings: [],
        engines: [{ name: 'local', running: 0 }],
        queues: [aQueue],
        stale: [],
        schedules: { enabled: 0, nextRunAt: null },
        lastCleanUp: null,
        oldestWaiting: { id: 'a', queuedAt: '1970-01-01T00:00:01.000Z' },
        jobs: { pending: 1, waiting: 0, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 },
      },
    );
  });
});
