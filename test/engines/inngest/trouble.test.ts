import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { testInngest } from '../../../daemon/engines/inngest/main.ts';
import type { JobdeckError } from '../../../shared/errors.ts';
import { type Bench, jobOf, openBench } from './bench.ts';
import { rows, runId } from './recorded.ts';

describe('an Inngest server with problems', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    bench.fake.runs = [rows.running()];
  });
  afterEach(() => bench.end());

  const state = (wanted: string) => bench.reports.until(() => bench.reports.last?.state === wanted);
  const standing = () => bench.reports.last ?? assert.fail('no status');

  it('is reported as unreachable, keeps its runs, and is followed again afterwards', async () => {
    bench.engine.start();
    await state('connected');
    const { confirmedAt } = standing();
    await bench.fake.stop();
    await state('unreachable');
    assert.equal(standing().problem?.variant, 'inngestNotRunning');
    assert.equal(bench.reports.job(runId).status, 'running');
    assert.ok((standing().confirmedAt ?? 0) >= (confirmedAt ?? assert.fail('not confirmed')));
    await assert.rejects(bench.engine.reconcile(), { code: 'CONNECTION_FAILED' });
    bench.fake.runs = [rows.completed()];
    await bench.fake.listen();
    await bench.reports.until(() => bench.reports.job(runId).status === 'completed');
    await state('connected');
    assert.ok(!bench.reports.states.includes('refused'));
  });

  it('is polled less when it limits the rate, and stays connected', async () => {
    bench.engine.start();
    await state('connected');
    bench.fake.script = ({ path }) =>
      path === '/api/v2/runs' ? { status: 429, body: {}, headers: { 'retry-after': '7' } } : undefined;
    await bench.reports.until(() => standing().problem?.variant === 'rateLimited');
    assert.equal(standing().state, 'connected');
    const last = bench.delays.at(-1) ?? 0;
    assert.ok(last >= 7_000 && last <= 8_000, `${last}`);
    bench.fake.script = null;
    await bench.reports.until(() => standing().problem === null);
  });

  it('is polled with increasing random delays after failures', async () => {
    bench.engine.start();
    await state('connected');
    const before = bench.delays.length;
    bench.fake.script = () => ({
      status: 500,
      body: { errors: [{ code: 'internal_error', message: 'Unable to fetch runs' }] },
    });
    await bench.reports.until(() => bench.delays.length > before + 5);
    const { variant, params } = standing().problem ?? assert.fail('no problem');
    assert.equal(variant, 'serverErrorReason');
    assert.deepEqual([params?.httpStatus, params?.reason], [500, 'Unable to fetch runs']);
    assert.ok(bench.delays.slice(before).every((ms) => ms >= 400 && ms <= 30_000));
  });

  it('is reported as missing a key, without revealing the key', async () => {
    bench.fake.signingKey = 'signkey-test-0123abcd';
    bench.engine.start();
    await state('refused');
    assert.equal(standing().problem?.variant, 'inngestKeyRequired');
    const wrong = { engine: 'inngest', url: bench.fake.url, settings: { signingKey: 'signkey-test-ffff' } } as const;
    const error = await testInngest(wrong).then(
      () => assert.fail('it was accepted'),
      (thrown: JobdeckError) => thrown,
    );
    assert.equal(error.variant, 'inngestKeyRejected');
    assert.ok(!JSON.stringify([error.toBody(), error.stack]).includes('ffff'));
    const right = bench.again({ settings: { signingKey: ' signkey-test-0123abcd\n' } });
    right.start();
    await state('connected');
  });

  it('is followed with GraphQL if it is older than the v2 lists', async () => {
    for (const age of ['older', 'eldest'] as const) {
      bench.fake.age = age;
      bench.reports.jobs.clear();
      const engine = bench.again();
      await engine.reconcile();
      const job = bench.reports.job(runId);
      assert.deepEqual([job.status, job.title], ['running', 'Steps']);
      assert.equal(job.type, age === 'older' ? 'demo/steps' : 'demo-steps');
      assert.equal(standing().notes[0]?.code, 'inngest.oldServer');
      await engine.loadDetails?.(jobOf(job));
      assert.equal(bench.reports.job(runId).steps?.[0]?.label, 'pause');
      assert.deepEqual(await engine.retry({ ...jobOf(job) }, { key: age }), {
        externalId: '01M80EY56ZZ2WRGWBTKG1DJP45',
      });
    }
  });

  it('of an earlier version is asked again after a temporary failure', async () => {
    bench.fake.age = 'older';
    bench.engine.start();
    await state('connected');
    const errors = [{ message: 'database is locked' }];
    bench.fake.script = ({ path }) => (path === '/v0/gql' ? { body: { errors, data: null } } : undefined);
    await state('unreachable');
    assert.equal(standing().problem?.params?.reason, 'database is locked');
    assert.equal(bench.reports.job(runId).status, 'running');
    bench.fake.script = null;
    bench.fake.runs = [rows.completed()];
    await bench.reports.until(() => bench.reports.job(runId).status === 'completed');
    assert.equal(bench.reports.job(runId).type, 'demo/steps');
  });

  it('of an earlier version may not know a run', async () => {
    bench.fake.age = 'older';
    bench.engine.start();
    await state('connected');
    bench.fake.answers.clear();
    bench.fake.runs = [];
    await bench.reports.until(() => bench.reports.job(runId).status === 'lost');
  });

  it('is reported if it is another program', async () => {
    const wrong = async (script: NonNullable<Bench['fake']['script']>) => {
      bench.fake.script = script;
      return await testInngest({ engine: 'inngest', url: bench.fake.url }).then(
        () => assert.fail('it was accepted as Inngest'),
        (error: JobdeckError) => error.variant,
      );
    };
    assert.equal(await wrong(() => ({ body: '<html>Grafana</html>' })), 'notInngest');
    assert.equal(await wrong(() => ({ status: 404, body: '404 page not found' })), 'notInngest');
    assert.equal(await wrong(() => ({ body: { data: 'soon' } })), 'noRunList');
    assert.equal(await wrong(() => ({ body: '{"data": [' })), 'notInngest');
    const elsewhere = { location: 'https://login.example/?next=/' };
    assert.equal(await wrong(() => ({ status: 302, body: '', headers: elsewhere })), 'redirectTo');
    assert.equal(await wrong(() => ({ body: 'x'.repeat(40 << 20) })), 'responseTooLarge');
  });

  it('is reported if it is missing or not a web server', async () => {
    const talker = createServer((socket) => socket.on('error', () => undefined).end('+PONG\r\n'));
    await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve));
    const address = talker.address();
    const port = typeof address === 'object' && address ? address.port : assert.fail('no port');
    const variant = (url: string) =>
      testInngest({ engine: 'inngest', url }).then(
        () => assert.fail('it was accepted as Inngest'),
        (error: JobdeckError) => error.variant,
      );
    try {
      assert.equal(await variant(`http://127.0.0.1:${port}`), 'notHttp');
      assert.equal(await variant(`https://127.0.0.1:${port}`), 'inngestNoTls');
    } finally {
      talker.close();
    }
    assert.equal(await variant('http://127.0.0.1:1'), 'blockedPort');
    assert.equal(await variant('redis://127.0.0.1:6379'), 'inngestAddress');
    assert.equal(await variant('nonsense'), 'inngestAddress');
    await assert.rejects(testInngest({ engine: 'inngest', url: 'http://a:b@h', settings: { signingKey: 'k' } }), {
      variant: 'keyAndLogin',
    });
  });

  it('has its pending requests aborted when the connection is closed', async () => {
    bench.fake.script = () => 'hang';
    bench.engine.start();
    await bench.reports.until(() => bench.reports.last?.state === 'connecting');
    await bench.engine.close();
    const asked = bench.fake.requests.length;
    assert.ok(asked <= 2);
    await assert.rejects(
      bench.engine.loadDetails?.(jobOf({ externalId: runId, source: 'store', at: 0 })) ?? Promise.resolve(),
    );
  });
});
