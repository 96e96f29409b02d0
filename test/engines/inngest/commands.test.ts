import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, jobOf, openBench } from './bench.ts';
import { recorded, rows, runId } from './recorded.ts';

const cancelledId = rows.cancelled().id;

describe('Inngest commands', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    bench.fake.runs = [rows.running(), { ...rows.running(), id: cancelledId }];
    bench.engine.start();
    await bench.reports.until(() => bench.reports.last?.state === 'connected');
  });
  afterEach(() => bench.end());

  const job = (id: string) => jobOf(bench.reports.job(id));
  const submit = async (request: Parameters<typeof bench.engine.prepare>[0], key = 'key-1') => {
    await bench.engine.prepare(request);
    return (await bench.engine.submit(request, { externalId: null, key })).externalId;
  };

  describe('cancel', () => {
    it('sends the request, and the outcome arrives with the lists', async () => {
      await bench.engine.cancel(job(cancelledId));
      assert.equal(bench.reports.job(cancelledId).status, 'running');
      bench.fake.runs = [rows.cancelled()];
      await bench.reports.until(() => bench.reports.job(cancelledId).status === 'cancelled');
    });

    it('succeeds if the run is already cancelled', async () => {
      bench.fake.replay('v2 cancel again');
      await bench.engine.cancel(job(cancelledId));
    });

    it('explains what to do about a run that is listed as running forever', async () => {
      const errors = [{ code: 'run_already_ended', message: 'Cannot cancel an ended run' }];
      bench.fake.answers.set(`POST /api/v2/runs/${cancelledId}/cancel`, { status: 409, body: { errors } });
      await assert.rejects(bench.engine.cancel(job(cancelledId)), {
        code: 'JOB_ALREADY_ENDED',
        variant: 'run',
        hint: /Force Stop/,
      });
    });

    it('reports a run that the server does not know', async () => {
      await assert.rejects(bench.engine.cancel({ ...job(runId), externalId: 'OTHER' }), { code: 'JOB_NOT_FOUND' });
    });

    it('uses the older call for servers before 1.39', async () => {
      bench.fake.age = 'older';
      bench.fake.answers.set(`DELETE /v1/runs/${runId}`, { body: '' });
      await bench.engine.cancel(job(runId));
      assert.equal(bench.fake.requestsTo('DELETE', `/v1/runs/${runId}`).length, 1);
    });
  });

  describe('rerun', () => {
    it('starts a run with another ID', async () => {
      const started = await bench.engine.retry(job(runId), { key: 'r1' });
      assert.deepEqual(started, { externalId: '01M80EY56ZZ2WRGWBTKG1DJP45' });
      assert.deepEqual(bench.fake.requestsTo('POST', `/api/v2/runs/${runId}/rerun`)[0]?.body, {});
    });

    it('starts from a step with a given input', async () => {
      const stepId = '352f7829a2384b001cc12b0c2613c756454a1f6a';
      await bench.engine.retry(job(runId), { key: 'r1', fromStep: { stepId, input: { n: 5 } } });
      await bench.engine.retry(job(runId), { key: 'r2', fromStep: { stepId, input: [1, 2] } });
      await bench.engine.retry(job(runId), { key: 'r3', fromStep: { stepId } });
      assert.deepEqual(
        bench.fake.requestsTo('POST', `/api/v2/runs/${runId}/rerun`).map(({ body }) => body),
        [
          { fromStep: { stepId, input: [{ n: 5 }] } },
          { fromStep: { stepId, input: [1, 2] } },
          { fromStep: { stepId } },
        ],
      );
    });

    it('happens once per key, even if the first reply was lost', async () => {
      const path = `/api/v2/runs/${runId}/rerun`;
      bench.fake.script = (request) => (request.path === path ? { status: 503, body: {} } : undefined);
      await assert.rejects(bench.engine.retry(job(runId), { key: 'r1' }), { code: 'CONNECTION_FAILED' });
      bench.fake.script = null;
      const events = recorded('v2 event runs').response as { data: object[] };
      // Started an hour later, according to its ID.
      const begun = { ...events.data[0], id: '01M80JCQ000000000000000000' };
      const eventId = '01M80EY1SJW578940GDP81G8AB';
      bench.fake.answers.set(`GET /api/v2/events/${eventId}/runs`, { body: { data: [...events.data, begun] } });
      assert.deepEqual(await bench.engine.retry(job(runId), { key: 'r1' }), { externalId: begun.id });
      assert.deepEqual(await bench.engine.retry(job(runId), { key: 'r1' }), { externalId: begun.id });
      assert.equal(bench.fake.requestsTo('POST', path).length, 1);
    });

    it('is sent again if the same attempt was rejected before', async () => {
      const step = [{ code: 'invalid_request', message: 'Step not found in original run' }];
      const path = `POST /api/v2/runs/${runId}/rerun`;
      bench.fake.answers.set(path, { status: 400, body: { errors: step } });
      await assert.rejects(bench.engine.retry(job(runId), { key: 'r1', fromStep: { stepId: 'nothing' } }));
      bench.fake.replay('v2 rerun');
      await bench.engine.retry(job(runId), { key: 'r1' });
      assert.equal(bench.fake.requestsTo('POST', `/api/v2/runs/${runId}/rerun`).length, 2);
    });

    it('explains what Inngest can’t rerun', async () => {
      const errors = [{ code: 'not_implemented', message: 'Rerunning cron-triggered runs is not yet supported' }];
      bench.fake.answers.set(`POST /api/v2/runs/${runId}/rerun`, { status: 501, body: { errors } });
      await assert.rejects(bench.engine.retry(job(runId), { key: 'r1' }), {
        code: 'ENGINE_NOT_CAPABLE',
        variant: 'scheduledRun',
      });
      const step = [{ code: 'invalid_request', message: 'Step not found in original run' }];
      bench.fake.answers.set(`POST /api/v2/runs/${runId}/rerun`, { status: 400, body: { errors: step } });
      const fromStep = { stepId: 'nothing' };
      await assert.rejects(bench.engine.retry(job(runId), { key: 'r2', fromStep }), { code: 'UNKNOWN_STEP' });
    });

    it('is known to be impossible for scheduled runs', async () => {
      const trigger = { eventIds: ['E'], cronSchedule: '*/5 * * * *' };
      bench.fake.runs = [{ ...rows.completed(), id: 'CRON', trigger }];
      await bench.reports.until(() => bench.reports.jobs.has('CRON'));
      const { limits, metadata } = bench.reports.job('CRON');
      assert.equal(limits?.retry?.code, 'inngest.scheduledRun');
      assert.equal(limits?.retryFromStep?.code, 'inngest.scheduledRun');
      assert.equal(limits?.cancel, null);
      assert.equal(metadata?.cron, '*/5 * * * *');
      assert.deepEqual(bench.reports.job(runId).limits, { cancel: null, retry: null, retryFromStep: null });
    });
  });

  describe('send an event', () => {
    const request = { event: 'demo/steps', data: { pause: '2s' } };

    it('finds the started run, and uses the key as event ID', async () => {
      assert.equal(await submit(request), runId);
      assert.deepEqual(bench.fake.requestsTo('POST', '/e/dev')[0]?.body, {
        name: 'demo/steps',
        data: { pause: '2s' },
        id: 'key-1',
      });
    });

    it('finds the first run when it is sent again', async () => {
      // Like a server: a repeated event has a new ID and starts nothing.
      const again = { ids: ['01M80EZ0000000000000000000'], status: 200 };
      bench.fake.answers.set('POST /e/dev', { body: again });
      const events = recorded('v1 events').response as { data: object[] };
      const first = { ...events.data[0], id: 'key-1', name: 'demo/steps', internal_id: '01M80EY1SJW578940GDP81G8AB' };
      bench.fake.answers.set('GET /v1/events', { body: { data: [...events.data, first] } });
      assert.equal(await submit(request), runId);
    });

    it('is completed if no function listens', async () => {
      bench.fake.answers.set('POST /e/dev', { body: { ids: ['01M80EZ0000000000000000000'], status: 200 } });
      const id = await submit({ event: 'nobody/listens', anyName: true });
      const { status, limits, title } = bench.reports.job(id);
      assert.deepEqual([status, title], ['completed', 'nobody/listens']);
      assert.equal(limits?.retry?.code, 'inngest.eventWithoutRun');
    });

    it('can be delayed', async () => {
      const notBefore = new Date(bench.now() + 3_600_000).toISOString();
      const { fact } = await bench.engine.prepare({ ...request, notBefore });
      assert.deepEqual([fact.status, fact.wait?.reason, fact.wait?.until], ['waiting', 'delay', Date.parse(notBefore)]);
      await submit({ ...request, notBefore });
      const { body } = bench.fake.requestsTo('POST', '/e/dev')[0] ?? assert.fail('not sent');
      assert.equal((body as { ts: number }).ts, Date.parse(notBefore));
      await bench.reports.until(() => bench.reports.job(runId).wait?.reason === 'delay');
    });

    it('requires the event key, which no message reveals', async () => {
      const engine = bench.again({ settings: { eventKey: 'secret-event-key' } });
      bench.fake.answers.set('POST /e/secret-event-key', {
        status: 401,
        body: { error: 'Event key not found', status: 401 },
      });
      const refused = await engine.submit(request, { externalId: null, key: 'k' }).then(
        () => assert.fail('it was accepted'),
        (error: Error & { hint?: string; code?: string }) =>
          `${error.code} ${error.message} ${error.hint} ${error.stack}`,
      );
      // Not CONNECTION_FAILED, because certainly nothing was started.
      assert.match(refused, /^CONNECTION_INVALID /);
      assert.ok(!refused.includes('secret'));
    });

    it('uses the signing key if there is no event key', async () => {
      bench.fake.signingKey = 'signkey-test-0123';
      const engine = bench.again({ settings: { signingKey: 'signkey-test-0123' } });
      const sent = { data: { eventId: '01M80EY1SJW578940GDP81G8AB' }, metadata: {} };
      bench.fake.answers.set('POST /api/v2/events', { body: sent });
      assert.deepEqual(await engine.submit(request, { externalId: null, key: 'k' }), { externalId: runId });
      assert.equal(bench.fake.requestsTo('POST', '/e/').length, 0);
    });

    it('never sends the signing key as event key', async () => {
      const engine = bench.again({ settings: { signingKey: 'signkey-test-0123', eventKey: 'dev' } });
      await engine.submit(request, { externalId: null, key: 'k' });
      assert.equal(bench.fake.requestsTo('POST', '/e/dev')[0]?.authorization, undefined);
    });
  });

  describe('invoke a function', () => {
    const request = { function: 'demo/steps', data: { pause: '1s' } };
    const path = 'POST /api/v2/apps/demo/functions/steps/invoke';

    it('starts one run per key', async () => {
      bench.fake.answers.set(path, { body: { data: { runId: 'INVOKED' }, metadata: {} } });
      assert.equal(await submit(request), 'INVOKED');
      bench.fake.answers.set(path, { status: 409, body: { data: { runId: 'INVOKED' }, metadata: {} } });
      assert.equal(await submit(request), 'INVOKED');
      const bodies = bench.fake.requestsTo('POST', '/api/v2/apps').map(({ body }) => body);
      assert.deepEqual(bodies, Array(2).fill({ data: { pause: '1s' }, idempotencyKey: 'key-1' }));
    });

    it('reports why Inngest did not start it', async () => {
      const errors = [{ code: 'function_skipped', message: 'Function invocation was skipped.' }];
      bench.fake.answers.set(path, { status: 422, body: { errors } });
      await assert.rejects(submit(request), { code: 'INVALID_REQUEST', variant: 'functionPaused' });
    });

    it('reports that nothing was started if the server limits the rate', async () => {
      bench.fake.answers.set(path, { status: 429, body: {} });
      await assert.rejects(submit(request), { code: 'ENGINE_NOT_CAPABLE', variant: 'rateLimited' });
    });

    it('reports a server that is too old', async () => {
      bench.fake.age = 'older';
      await assert.rejects(bench.engine.submit(request, { externalId: null, key: 'k' }), {
        code: 'ENGINE_NOT_CAPABLE',
      });
    });
  });

  describe('with invalid input', () => {
    const refused = (request: Parameters<Bench['engine']['prepare']>[0], error: object) =>
      assert.rejects(bench.engine.prepare(request), error);

    it('are rejected with a message before anything is sent', async () => {
      await refused(
        { event: 'demo/unheard' },
        { code: 'UNKNOWN_TARGET', variant: 'event', params: { event: 'demo/unheard' } },
      );
      await refused({ function: 'demo/unheard' }, { code: 'UNKNOWN_TARGET', variant: 'function' });
      await refused({ function: 'steps' }, { code: 'INVALID_REQUEST', variant: 'functionName' });
      await refused({ event: 'demo/steps', function: 'demo/steps' }, { code: 'INVALID_REQUEST' });
      await refused({}, { code: 'INVALID_REQUEST' });
      await refused({ task: 'add' }, { code: 'INVALID_REQUEST', variant: 'taskNotSupported' });
      await refused({ event: 'demo/steps', data: [1] }, { code: 'INVALID_REQUEST', variant: 'dataNotObject' });
      await refused({ event: 'demo/steps', priority: 1 }, { code: 'INVALID_REQUEST', variant: 'fieldNotSupported' });
      await refused({ event: 'inngest/function.finished' }, { code: 'INVALID_REQUEST', variant: 'reservedEvent' });
      await refused(
        { event: 'demo/steps', data: { x: 'x'.repeat(4 << 20) } },
        { code: 'INVALID_REQUEST', variant: 'dataTooLarge' },
      );
      const notBefore = '2027-01-01T00:00:00Z';
      await refused({ function: 'demo/steps', notBefore }, { code: 'INVALID_REQUEST', variant: 'functionTime' });
      assert.ok(!bench.fake.requests.some(({ method }) => method === 'POST'));
    });
  });

  it('can name functions, their events, and events that were seen', async () => {
    const events = recorded('v1 events').response as { data: object[] };
    bench.fake.answers.set('GET /v1/events', {
      body: { data: [...events.data, { name: 'other/seen' }, { name: 'inngest/own' }] },
    });
    assert.deepEqual(
      (await bench.engine.targets('')).map(({ kind, name }) => `${kind} ${name}`),
      [
        'function demo/fail',
        'function demo/steps',
        'function demo/long',
        'event demo/fail',
        'event demo/steps',
        'event demo/long',
        'event other/seen',
      ],
    );
    const narrowed = await bench.engine.targets('st');
    assert.deepEqual(narrowed, [{ kind: 'function', name: 'demo/steps', title: 'Steps' }]);
  });
});
