/**
 * User scenarios with the fake server that replays recorded traffic, or with the real server in JOBDECK_TEST_INNGEST_URL.
 * A real server must provide the recorded app `demo`: a function `steps` on demo/steps that returns after the steps `first`,
 * `pause` (a sleep of `data.pause`) and `second`, and a function `long` on demo/long that sleeps for minutes.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RemoteSubmitRequest } from '../../../shared/connection.ts';
import { type Bench, jobOf, openBench } from './bench.ts';
import type { FakeInngest } from './fake.ts';
import { type Row, recorded, rows, runId } from './recorded.ts';

const real = process.env.JOBDECK_TEST_INNGEST_URL;

/** Lets the fake go through the recorded states of its runs. `pass` moves on to the next one. */
function enliven(fake: FakeInngest): { pass(): void } {
  const begin = (id: string): Row => ({ ...rows.running(), id, queuedAt: new Date(fake.now()).toISOString() });
  const add = (id: string) => {
    if (!fake.runs.some((row) => row.id === id)) fake.runs.push(begin(id));
  };
  const invoke = 'POST /api/v2/apps/demo/functions/steps/invoke';
  fake.answers.set(invoke, { body: { data: { runId: 'INVOKED' }, metadata: {} } });
  const { response } = recorded('v2 rerun') as { response: { data: { runId: string } } };
  fake.script = ({ method, path, body }) => {
    if (method !== 'POST') return undefined;
    if (path.startsWith('/e/')) {
      const long = (body as { name: string }).name === 'demo/long';
      if (long) fake.answers.set('POST /e/dev', { body: { ids: ['01M80EY5744T1GCZ0YQWFR8TVP'], status: 200 } });
      const { data } = recorded('v2 list CANCELLED').response as { data: Row[] };
      const event = `GET /api/v2/events/01M80EY5744T1GCZ0YQWFR8TVP/runs`;
      if (long) fake.answers.set(event, { body: { data: [{ ...data[0], status: 'RUNNING', endedAt: undefined }] } });
      add(long ? rows.cancelled().id : runId);
    }
    if (path.endsWith('/rerun')) add(response.data.runId);
    if (path.endsWith('/invoke')) add('INVOKED');
    if (path.endsWith('/cancel')) {
      fake.runs = fake.runs.map((row) =>
        path.includes(row.id) ? { ...rows.cancelled(), queuedAt: row.queuedAt } : row,
      );
    }
    return undefined;
  };
  return {
    pass() {
      fake.done();
      const ended = rows.completed();
      fake.runs = fake.runs.map((row) =>
        row.status === 'RUNNING' ? { ...row, ...ended, id: row.id, queuedAt: row.queuedAt } : row,
      );
    },
  };
}

for (const url of real === undefined ? [undefined] : [undefined, real]) {
  describe(url === undefined ? 'runs of Inngest, replayed' : `runs of Inngest at ${url}`, function () {
    this.timeout(60_000);
    let bench: Bench;
    let pass: () => void;
    beforeEach(async () => {
      bench = await openBench(url === undefined ? {} : { url });
      pass = url === undefined ? enliven(bench.fake).pass : () => undefined;
      bench.engine.start();
      await bench.reports.until(() => bench.reports.last?.state === 'connected');
    });
    afterEach(() => bench.end());

    const job = (id: string) => jobOf(bench.reports.job(id));
    const reach = (id: string, status: string) =>
      bench.reports.until(() => bench.reports.jobs.get(id)?.status === status);
    const submit = async (request: RemoteSubmitRequest, key: string = randomUUID()) => {
      await bench.engine.prepare(request);
      return (await bench.engine.submit(request, { externalId: null, key })).externalId;
    };
    const completed = async () => {
      const id = await submit({ event: 'demo/steps', data: { pause: '2s' } });
      await reach(id, 'running');
      pass();
      await reach(id, 'completed');
      return id;
    };

    it('are started by an event and followed to the end, with steps, input and result', async () => {
      const id = await completed();
      await bench.engine.loadDetails?.(job(id));
      const { steps = [], input, result, title, type } = bench.reports.job(id);
      assert.deepEqual([title, type], ['Steps', 'demo/steps']);
      assert.deepEqual(
        steps.map(({ label, kind, status }) => `${label} ${kind} ${status}`),
        ['first run completed', 'pause sleep completed', 'second run completed'],
      );
      assert.deepEqual(steps[0]?.output, { n: 1 });
      assert.deepEqual((input as { data: unknown }).data, { pause: '2s' });
      assert.deepEqual(result, { b: { n: 2 }, done: true });
    });

    it('are cancelled, even twice', async () => {
      const id = await submit({ event: 'demo/long' });
      await reach(id, 'running');
      await bench.engine.cancel(job(id));
      await reach(id, 'cancelled');
      const { endedAt, at } = bench.reports.job(id);
      assert.ok(endedAt !== undefined && endedAt <= at);
      if (url === undefined) bench.fake.replay('v2 cancel again');
      await bench.engine.cancel(job(id));
    });

    it('are rerun, completely and from a step', async () => {
      const id = await completed();
      const { externalId } = await bench.engine.retry(job(id), { key: randomUUID() });
      assert.notEqual(externalId, id);
      pass();
      await bench.reports.until(() => bench.reports.jobs.has(externalId));
      await bench.engine.loadDetails?.(job(id));
      const second = bench.reports.job(id).steps?.find(({ label }) => label === 'second') ?? assert.fail('no step');
      const fromStep = { stepId: second.id, input: [{ n: 7 }] };
      const begun = await bench.engine.retry(job(id), { key: randomUUID(), fromStep });
      assert.notEqual(begun.externalId, id);
      await bench.reports.until(() => bench.reports.jobs.has(begun.externalId));
    });

    it('are started by invoking their function, once per key', async () => {
      const request = { function: 'demo/steps', data: { pause: '1s' } };
      const key = randomUUID();
      const id = await submit(request, key);
      assert.equal(await submit(request, key), id);
      pass();
      await reach(id, 'completed');
    });
  });
}
