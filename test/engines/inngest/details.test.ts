import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { inngestMessage } from '../../../shared/messages/inngest.ts';
import { waitDetail } from '../../../shared/messages/waits.ts';
import { type Bench, jobOf, openBench } from './bench.ts';
import { recorded, recordedAt, rows, runId } from './recorded.ts';

describe('details of an Inngest run', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    bench.fake.runs = [rows.running()];
    bench.engine.start();
    await bench.reports.until(() => bench.reports.last?.state === 'connected');
  });
  afterEach(() => bench.end());

  const loadDetails = (id = runId) =>
    bench.engine.loadDetails?.(jobOf(bench.reports.job(id))) ?? assert.fail('no details');
  const steps = () => bench.reports.job(runId).steps ?? assert.fail('no steps');

  it('are not read before they are shown', () => {
    assert.ok(
      !bench.fake.requests.some(({ path, body }) => path.endsWith('/trace') || JSON.stringify(body)?.includes('trace')),
    );
  });

  it('contain steps with kind, times, attempts and output, and the triggering event', async () => {
    await loadDetails();
    assert.deepEqual(
      steps().map(({ label, kind, status, attempts }) => [label, kind, status, attempts]),
      [
        ['first', 'run', 'completed', 1],
        ['pause', 'sleep', 'running', 1],
      ],
    );
    const [first, pause] = steps();
    assert.deepEqual(first?.output, { n: 1 });
    assert.deepEqual([first?.startedAt, first?.endedAt], ['2026-11-22T01:46:34.960Z', '2026-11-22T01:46:34.961Z']);
    assert.deepEqual(pause?.output, { until: '2026-11-22T01:46:36.973Z' });
    const event = { data: { pause: '2s' }, id: 'order-1', name: 'demo/steps', ts: 1795311994674 };
    assert.deepEqual(bench.reports.job(runId).input, event);
  });

  it('show until when a run sleeps, and that it then continues', async () => {
    const items = recorded('v1 jobs mid-run').response as { data: { at: string }[] };
    const until = bench.now() + 1_000;
    for (const item of items.data) item.at = new Date(until).toISOString();
    bench.fake.answers.set(`GET /v1/runs/${runId}/jobs`, { body: items });
    await loadDetails();
    const { status, wait, startedAt } = bench.reports.job(runId);
    assert.deepEqual([status, wait], ['waiting', { reason: 'delay', until, detail: waitDetail('wait.sleep') }]);
    assert.ok(startedAt);
    bench.fake.done();
    await bench.reports.until(() => bench.reports.job(runId).status === 'running');
    assert.ok(bench.now() >= until);
  });

  it('are refreshed while it runs and once at its end, reporting only changes', async () => {
    await loadDetails();
    const detailReports = () => bench.reports.facts.filter(({ steps }) => steps !== undefined).length;
    const traces = () => bench.fake.requestsTo('GET', `/api/v2/runs/${runId}/trace`).length;
    await bench.reports.until(() => traces() >= 3);
    assert.equal(detailReports(), 1);
    bench.fake.done();
    bench.fake.runs = [rows.completed()];
    await bench.reports.until(() => bench.reports.job(runId).result !== undefined && steps().length === 3);
    assert.deepEqual(bench.reports.job(runId).result, { b: { n: 2 }, done: true });
    assert.deepEqual(
      steps().map(({ label, status }) => [label, status]),
      [
        ['first', 'completed'],
        ['pause', 'completed'],
        ['second', 'completed'],
      ],
    );
    const after = traces();
    const rounds = () => bench.fake.requestsTo('GET', '/api/v2/runs').length;
    const later = rounds() + 6;
    await bench.reports.until(() => rounds() > later);
    assert.equal(traces(), after);
  });

  it('contain the attempts and the error of a retried step', async () => {
    const row = rows.retrying();
    bench.fake.runs = [row];
    await bench.reports.until(() => bench.reports.jobs.has(row.id));
    bench.fake.replay('gql trace while waiting for a retry', 'graphql trace');
    const span = {
      id: 'a',
      name: 'boom',
      stepId: 'c53d2f1a9a8499bcb477be56c31caa5c76ae60f5',
      stepOp: 'RUN',
      status: 'FAILED',
      queuedAt: '2026-11-22T01:46:39.856Z',
      startedAt: '2026-11-22T01:46:39.882Z',
      endedAt: '2026-11-22T01:46:39.892Z',
      output: { name: 'Error', message: 'boom', stack: 'Error: boom\n    at fail.ts:3' },
    };
    const rootSpan = {
      ...span,
      stepOp: undefined,
      stepId: undefined,
      status: 'RUNNING',
      endedAt: undefined,
      output: undefined,
    };
    const trace = { data: { runId: row.id, rootSpan: { ...rootSpan, children: [span, { ...span, id: 'b' }] } } };
    bench.fake.answers.set(`GET /api/v2/runs/${row.id}/trace`, { body: trace });
    const due = new Date(bench.now() + 20_000).toISOString();
    bench.fake.answers.set(`GET /v1/runs/${row.id}/jobs`, { body: { data: [{ at: due, kind: 'edge', attempt: 2 }] } });
    await loadDetails(row.id);
    const job = bench.reports.job(row.id);
    assert.deepEqual(
      job.steps?.map(({ label, status, attempts, error }) => [label, status, attempts, error?.message]),
      [['boom', 'running', 2, 'boom']],
    );
    assert.deepEqual(job.wait, {
      reason: 'retryBackoff',
      until: Date.parse(due),
      detail: inngestMessage('inngest.retry', { retry: 2 }),
    });
  });

  it('contain the reason of a failure if the lists did not', async () => {
    const failed = { ...rows.completed(), status: 'FAILED' };
    bench.fake.runs = [failed];
    bench.fake.done();
    await bench.reports.until(() => bench.reports.job(runId).status === 'failed');
    assert.equal(bench.reports.job(runId).error?.variant, 'run');
    const { response } = recorded('v2 trace done') as { response: { data: { rootSpan: object } } };
    Object.assign(response.data.rootSpan, { status: 'FAILED', output: { name: 'Error', message: 'boom' } });
    bench.fake.answers.set(`GET /api/v2/runs/${runId}/trace`, { body: response });
    await loadDetails();
    const { status, error } = bench.reports.facts.at(-1) ?? assert.fail('nothing reported');
    assert.deepEqual([status, error?.message], ['failed', 'boom']);
    assert.match(error?.details ?? '', /"message": "boom"/);
  });

  it('show when a delayed run starts', async () => {
    const row = { ...rows.running(), id: 'LATER', status: 'QUEUED' };
    bench.fake.runs = [row];
    await bench.reports.until(() => bench.reports.jobs.has('LATER'));
    const due = new Date(recordedAt + 3_600_000).toISOString();
    bench.fake.answers.set('GET /v1/runs/LATER/jobs', { body: { data: [{ at: due, kind: 'start', attempt: 0 }] } });
    await loadDetails('LATER');
    assert.deepEqual(bench.reports.job('LATER').wait, {
      reason: 'delay',
      until: Date.parse(due),
      detail: waitDetail('wait.startsLater'),
    });
  });

  it('are skipped if a trace can’t be read, while the run is still followed', async () => {
    await loadDetails();
    const traces = () => bench.fake.requestsTo('GET', `/api/v2/runs/${runId}/trace`).length;
    bench.fake.answers.set(`GET /api/v2/runs/${runId}/trace`, { status: 502, body: {} });
    await bench.reports.until(() => bench.problems.length > 0);
    const before = traces();
    bench.fake.runs = [rows.completed()];
    await bench.reports.until(() => bench.reports.job(runId).status === 'completed');
    assert.equal(traces(), before);
    assert.equal(bench.reports.last?.state, 'connected');
  });

  it('are not requested more often by more viewers', async () => {
    await Promise.all(Array.from({ length: 20 }, () => loadDetails()));
    assert.equal(bench.fake.requestsTo('GET', `/api/v2/runs/${runId}/trace`).length, 1);
  });

  it('can’t be read if the server is unreachable', async () => {
    await bench.fake.stop();
    await assert.rejects(loadDetails(), { code: 'CONNECTION_FAILED' });
  });
});
