import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { waitDetail } from '../../../shared/messages/waits.ts';
import { type Bench, jobOf, openBench } from './bench.ts';
import { type Row, recordedAt, rows, runId } from './recorded.ts';

/** Recorded finished runs, one second apart. */
const many = (count: number, changes: Partial<Row> = {}): Row[] =>
  Array.from({ length: count }, (_, index) => {
    const queuedAt = new Date(recordedAt - 60_000 - index * 1000).toISOString();
    const id = `01M80E${String(index).padStart(20, '0')}`;
    return { ...rows.completed(), id, queuedAt, startedAt: queuedAt, endedAt: queuedAt, ...changes };
  });

describe('following the runs of an Inngest server', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const connected = () => bench.reports.until(() => bench.reports.last?.state === 'connected');
  const status = (id = runId) => bench.reports.jobs.get(id)?.status;

  it('reports runs by status with function, app and times', async () => {
    bench.fake.runs = [rows.running(), rows.cancelled(), rows.retrying()];
    bench.engine.start();
    await connected();
    const job = bench.reports.job(runId);
    assert.deepEqual([job.status, job.title, job.type, job.worker], ['running', 'Steps', 'demo/steps', 'demo']);
    assert.equal(job.queuedAt, Date.parse('2026-11-22T01:46:34.833Z'));
    assert.equal(job.startedAt, Date.parse('2026-11-22T01:46:34.835Z'));
    assert.deepEqual(job.metadata, { app: 'demo', function: 'steps', eventIds: ['01M80EY1SJW578940GDP81G8AB'] });
    assert.equal(status(rows.cancelled().id), 'cancelled');
    // Its last step failed and will be retried.
    assert.equal(status(rows.retrying().id), 'running');
    assert.ok(bench.reports.facts.every(({ at }) => Math.abs(at - bench.now()) < 60_000));
  });

  it('never reports an end in the future', async () => {
    bench.fake.runs = [rows.cancelled()];
    bench.engine.start();
    await connected();
    const { endedAt, at } = bench.reports.job(rows.cancelled().id);
    assert.ok(endedAt !== undefined && endedAt <= at);
  });

  it('ignores a final status without an end time', async () => {
    const { endedAt: _, ...row } = rows.completed();
    bench.fake.runs = [{ ...row, status: 'COMPLETED' }];
    bench.engine.start();
    await connected();
    assert.equal(status(), 'running');
  });

  it('reports only changes between rounds', async () => {
    bench.fake.runs = [rows.running()];
    bench.engine.start();
    await connected();
    const before = bench.reports.facts.length;
    const rounds = () => bench.fake.requestsTo('GET', '/api/v2/runs').length;
    const after = rounds() + 8;
    await bench.reports.until(() => rounds() > after);
    assert.equal(bench.reports.facts.length, before);
    bench.fake.runs = [rows.completed()];
    await bench.reports.until(() => status() === 'completed');
    assert.equal(bench.reports.job(runId).endedAt, Date.parse('2026-11-22T01:46:37.008Z'));
    assert.equal(bench.reports.facts.length, before + 1);
  });

  it('finds a run that started and ended between two rounds', async () => {
    bench.engine.start();
    await connected();
    const queuedAt = new Date(bench.now()).toISOString();
    bench.fake.runs = [{ ...rows.completed(), queuedAt, startedAt: queuedAt, endedAt: queuedAt }];
    await bench.reports.until(() => status() === 'completed');
  });

  it('looks up a run that left the list of open runs long after it was queued', async () => {
    const old = { ...rows.running(), queuedAt: new Date(recordedAt - 7_200_000).toISOString() };
    bench.fake.runs = [old];
    bench.engine.start();
    await connected();
    assert.equal(status(), 'running');
    bench.fake.done();
    bench.fake.runs = [{ ...rows.completed(), queuedAt: old.queuedAt }];
    await bench.reports.until(() => status() === 'completed');
  });

  it('reports why a run failed', async () => {
    const output = { name: 'TypeError', message: 'no such file', stack: 'TypeError: no such file\n    at x.ts:1' };
    const failed = { ...rows.completed(), status: 'FAILED', output };
    bench.fake.runs = [rows.running(), { ...failed, id: 'EARLIER' }];
    bench.engine.start();
    await connected();
    assert.deepEqual(bench.reports.job('EARLIER').error, {
      code: 'REMOTE_FAILED',
      message: 'TypeError: no such file',
      hint: null,
      details: output.stack,
    });
    bench.fake.answers.set(`GET /api/v2/runs/${runId}`, { body: { data: failed } });
    bench.fake.runs = [failed];
    await bench.reports.until(() => status() === 'failed');
    assert.equal(bench.reports.job(runId).error?.message, 'TypeError: no such file');
  });

  it('counts waiting and running runs, and reports what a queued run waits for', async () => {
    const functions = structuredClone(bench.fake.answers.get('GET /api/v2/apps/demo/functions'));
    const { data } = (functions ?? assert.fail('nothing recorded')).body as {
      data: { id: string; configuration: { concurrency: unknown[] } }[];
    };
    const steps = data.find(({ id }) => id === 'steps');
    steps?.configuration.concurrency.push({ limit: { value: 1 }, scope: 'FUNCTION' });
    bench.fake.answers.set('GET /api/v2/apps/demo/functions', { body: { data } });
    const queued = { ...rows.running(), id: 'QUEUED1', status: 'QUEUED' };
    bench.fake.runs = [rows.running(), queued, { ...queued, id: 'QUEUED2', function: { id: 'long', name: 'long' } }];
    bench.engine.start();
    await bench.reports.until(() => bench.reports.jobs.get('QUEUED1')?.wait?.reason === 'queueFull');
    assert.deepEqual(bench.reports.job('QUEUED1').wait, {
      reason: 'queueFull',
      until: null,
      detail: waitDetail('wait.places', { taken: 1, limit: 1 }),
    });
    assert.equal(bench.reports.job('QUEUED2').wait?.reason, 'remoteWorker');
    await bench.reports.until(() => (bench.reports.last?.queues.length ?? 0) > 0);
    const { queues, workers } = bench.reports.last ?? assert.fail('no status');
    assert.deepEqual(queues.map(({ name, waiting }) => [name, waiting]).sort(), [
      ['demo/long', 1],
      ['demo/steps', 1],
    ]);
    assert.deepEqual([workers[0]?.name, workers[0]?.active, workers[0]?.version], ['demo', 1, 'js v4.24.0']);
  });

  it('reads 600 runs in as few pages as possible, newest first', async () => {
    bench.fake.runs = many(600);
    bench.engine.start();
    await connected();
    assert.equal(bench.reports.jobs.size, 600);
    const pages = bench.fake
      .requestsTo('GET', '/api/v2/runs')
      .filter(({ search }) => search.getAll('status').length === 0);
    // One more request checks whether the list exists.
    assert.equal(pages.slice(0, 7).length, 7);
    assert.equal(pages.filter(({ search }) => search.get('order') === 'DESC').length, 7);
    assert.equal(bench.reports.facts[0]?.externalId, many(1)[0]?.id);
  });

  it('reads a burst completely that is larger than a page', async () => {
    bench.engine.start();
    await connected();
    bench.fake.runs = many(450).map((row) => ({ ...row, queuedAt: new Date(bench.now()).toISOString() }));
    await bench.reports.until(() => bench.reports.jobs.size === 450);
  });

  it('forgets finished runs: a day of runs leaves nothing in memory', async () => {
    bench.engine.start();
    await connected();
    for (let part = 0; part < 5; part++) {
      const queuedAt = new Date(bench.now()).toISOString();
      bench.fake.runs = many(100).map((row, index) => ({ ...row, id: `${part}-${index}`, queuedAt }));
      await bench.reports.until(() => bench.reports.jobs.size === (part + 1) * 100);
    }
    // Forgotten runs could be reported again, but are not.
    assert.equal(bench.reports.facts.length, 500);
  });

  it('polls at most as often as the server’s own page, and less when nothing runs', async () => {
    bench.fake.runs = [rows.running()];
    bench.engine.start();
    await connected();
    assert.ok(bench.delays.slice(1).every((ms) => ms === 0 || ms >= 400));
  });

  it('converts the times of a server whose clock is minutes ahead', async () => {
    bench.fake.ahead = 5 * 60_000;
    const shifted = (time: string) => new Date(Date.parse(time) + bench.fake.ahead).toISOString();
    const row = rows.running();
    bench.fake.runs = [{ ...row, queuedAt: shifted(row.queuedAt), startedAt: shifted(row.startedAt ?? '') }];
    bench.engine.start();
    await connected();
    const { queuedAt } = bench.reports.job(runId);
    assert.ok(queuedAt !== undefined && Math.abs(queuedAt - Date.parse(row.queuedAt)) < 3_000);
    const notes = bench.reports.last?.notes.map(({ message }) => message).join(' ');
    assert.match(notes ?? '', /clock of the server is (5 min|4 min 5\d s) ahead/);
  });

  it('reports a run as lost only if the server does not know it', async () => {
    bench.fake.runs = [rows.running()];
    bench.engine.start();
    await connected();
    bench.fake.runs = [];
    // It left the lists but can be requested.
    const asked = () => bench.fake.requestsTo('GET', `/v1/runs/${runId}`).length;
    await bench.reports.until(() => asked() > 2);
    assert.equal(status(), 'running');
    // After a restart, the server has lost it.
    bench.fake.answers.clear();
    await bench.reports.until(() => status() === 'lost');
    assert.equal(bench.reports.job(runId).error?.code, 'ENDING_NOT_SEEN');
    // Then it has it again.
    bench.fake.runs = [rows.running()];
    await bench.reports.until(() => status() === 'running');
  });

  it('polls less and less often for an unchanged run', async () => {
    bench.fake.runs = [rows.running()];
    bench.engine.start();
    await connected();
    bench.fake.runs = [];
    const rounds = () =>
      bench.fake.requestsTo('GET', '/api/v2/runs').filter(({ path }) => path === '/api/v2/runs').length;
    const later = rounds() + 60;
    await bench.reports.until(() => rounds() > later);
    const looks = bench.fake.requestsTo('GET', `/v1/runs/${runId}`).filter(({ path }) => path.endsWith(runId)).length;
    assert.ok(looks >= 1 && looks <= 12, `${looks}`);
    assert.equal(status(), 'running');
  });

  it('continues if the apps can’t be read, and supports the format of older servers', async () => {
    bench.fake.runs = [rows.running()];
    bench.fake.answers.delete('GET /api/v2/apps');
    bench.engine.start();
    await bench.reports.until(() => bench.reports.last?.workers.length === 1);
    assert.deepEqual(bench.problems, []);
    await bench.engine.close();
    bench.fake.answers.set('GET /api/v2/apps', { status: 500, body: {} });
    const engine = bench.again();
    await engine.reconcile();
    assert.equal(bench.reports.last?.state, 'connected');
  });

  it('reports runs that an earlier daemon left open', async () => {
    bench.engine.start();
    await connected();
    await bench.engine.close();
    const stale = {
      externalId: 'GONE',
      source: 'store',
      at: recordedAt,
      status: 'running',
      queuedAt: recordedAt - 90_000,
    } as const;
    await bench.reports.take([stale, { ...stale, externalId: runId }]);
    bench.fake.done();
    bench.again().start();
    await bench.reports.until(() => status() === 'completed' && status('GONE') === 'lost');
  });

  it('does not report a run as lost that has just started', async () => {
    await bench.reports.take([
      { externalId: 'NEW', source: 'event', at: bench.now(), status: 'waiting', queuedAt: bench.now() },
    ]);
    await bench.engine.reconcile();
    assert.equal(status('NEW'), 'waiting');
    assert.equal(jobOf(bench.reports.job('NEW')).status, 'waiting');
  });
});
