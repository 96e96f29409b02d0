// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of backfills look like this
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { BackfillRequest } from '../../../../shared/backfill.ts';
import { type Bench, dispatched, exit, openBench } from './bench.ts';

describe('a backfill', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const asked = (
    changes: Partial<BackfillRequest> = {},
    job: Partial<BackfillRequest['job']> = {},
  ): BackfillRequest => ({
    job: { command: { argv: ['load', '${range.start:date}'] }, cwd: tmpdir(), ...job },
    from: '2026-01-01',
    to: '2026-01-04',
    every: '1d',
    timezone: 'UTC',
    ...changes,
  });
  const start = async (...request: Parameters<typeof asked>) => {
    const reply = await bench.jobs.backfills.start(asked(...request));
    await dispatched(bench);
    return reply.group?.id ?? assert.fail('no group');
  };
  const jobsOf = (group: string) => bench.store.list({ parent: group, order: 'asc' }).jobs;
  const end = async (id: string, exitCode: number) => {
    await bench.jobs.attempts.ended(bench.engine.launch(id), exit(exitCode, bench.clock.now()));
    await dispatched(bench);
  };

  it('creates a group with a backfill job for each interval, and runs one at a time', async () => {
    const id = await start();
    const group = bench.store.detail(id);
    assert.deepEqual([group?.title, group?.groupConcurrency], ['load … · Jan 1 – 3, 2026', 1]);
    const jobs = jobsOf(id);
    assert.deepEqual(
      jobs.map(({ title }) => title),
      ['load 2026-01-01', 'load 2026-01-02', 'load 2026-01-03'],
    );
    assert.deepEqual(
      jobs.map(({ status, waitReason }) => [status, waitReason]),
      [
        ['pending', null],
        ['waiting', 'groupFull'],
        ['waiting', 'groupFull'],
      ],
    );
    assert.ok(jobs.every(({ trigger, type }) => trigger === 'retrospective' && type === 'load'));
    const detail = bench.store.detail(jobs[1]?.id ?? '');
    assert.deepEqual([detail?.rangeStart, detail?.rangeEnd], ['2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z']);
    assert.equal(detail?.events[0]?.code, 'timeline.submittedForRange');
    assert.deepEqual(detail?.events[0]?.params, {
      range: { start: detail?.rangeStart, end: detail?.rangeEnd },
    });
    assert.match(group?.events.at(-1)?.message ?? '', /^Backfill of 3 intervals: .*2026\.$/);
    assert.equal(group?.events.at(-1)?.code, 'timeline.backfillOfRange');
  });

  it('runs the newest or the oldest interval first, up to the given concurrency', async () => {
    const id = await start({ order: 'newest', concurrency: 2 });
    const titles = () => bench.engine.launches.map(({ jobId }) => bench.store.job(jobId)?.title);
    assert.deepEqual(titles(), ['load 2026-01-03', 'load 2026-01-02']);
    await end(bench.engine.launches[0]?.jobId ?? '', 0);
    assert.deepEqual(titles().at(-1), 'load 2026-01-01');
    assert.equal(bench.store.job(id)?.status, 'running');
  });

  it('gives each job its interval in the submitted environment, which is stored once', async () => {
    const id = await start({}, { env: { MODE: 'full' } });
    const [launch] = bench.engine.launches;
    assert.deepEqual(launch?.env, {
      MODE: 'full',
      JOBDECK_RANGE_START: '2026-01-01T00:00:00.000Z',
      JOBDECK_RANGE_END: '2026-01-02T00:00:00.000Z',
    });
    assert.equal(
      bench.store.read((rows) => rows.jobs.data(launch?.jobId ?? '')?.env),
      null,
    );
    assert.equal(
      bench.store.read((rows) => rows.jobs.data(id)?.env),
      '{"MODE":"full"}',
    );
    assert.deepEqual(launch?.command, { argv: ['load', '2026-01-01'] });
  });

  it('adds the interval to the environment of the daemon if none was submitted', async () => {
    await start();
    const env = bench.engine.launches[0]?.env;
    assert.deepEqual([env?.PATH, env?.JOBDECK_RANGE_START], [process.env.PATH, '2026-01-01T00:00:00.000Z']);
  });

  it('joins a group that its jobs name, each with its own environment', async () => {
    const first = await start({}, { group: 'loads', env: { RUN: '1' } });
    const second = await start({ from: '2025-12-01', to: '2025-12-02' }, { group: 'loads', env: { RUN: '2' } });
    assert.equal(second, first);
    assert.equal(jobsOf(first).length, 4);
    for (const each of [0, 1, 2]) await end(bench.engine.launches[each]?.jobId ?? '', 0);
    assert.deepEqual(
      bench.engine.launches.map(({ env }) => env.RUN),
      ['1', '1', '1', '2'],
    );
  });

  it('distinguishes jobs by their interval if their title does not', async () => {
    const id = await start({ every: '12h', to: '2026-01-02', title: 'Both' }, { title: 'Load' });
    assert.equal(bench.store.job(id)?.title, 'Both');
    assert.deepEqual(
      jobsOf(id).map(({ title }) => title),
      ['Load · Jan 1, 2026, 00:00', 'Load · Jan 1, 2026, 12:00'],
    );
  });

  it('reruns only the failed jobs when its group is retried', async () => {
    const id = await start({ concurrency: 3 });
    for (const [index, { jobId }] of [...bench.engine.launches].entries()) await end(jobId, index === 1 ? 1 : 0);
    assert.equal(bench.store.job(id)?.error?.message, '1 of 3 jobs failed: “load 2026-01-02”.');
    await bench.jobs.commands.retry(id);
    await dispatched(bench);
    assert.equal(bench.engine.launches.length, 4);
    assert.equal(bench.engine.launches[3]?.env.JOBDECK_RANGE_START, '2026-01-02T00:00:00.000Z');
    await end(bench.engine.launches[3]?.jobId ?? '', 0);
    assert.equal(bench.store.job(id)?.status, 'completed');
  });

  it('only lists its intervals on a dry run', async () => {
    const reply = await bench.jobs.backfills.start(asked({ dryRun: true, order: 'newest', to: '2026-06-01' }));
    assert.deepEqual([reply.group, reply.count, reply.intervals.length], [null, 151, 100]);
    assert.deepEqual(reply.intervals[0], { start: '2026-05-31T00:00:00.000Z', end: '2026-06-01T00:00:00.000Z' });
    assert.equal(bench.store.rev(), 0);
  });

  it('leaves nothing behind when it is refused', async () => {
    const refused: [Partial<BackfillRequest>, Partial<BackfillRequest['job']>, string][] = [
      [{ from: '2026-02-01' }, {}, 'INVALID_RANGE'],
      [{}, { command: { argv: ['load', '${range.day}'] } }, 'INVALID_REQUEST'],
      [{}, { queue: 'nosuch' }, 'UNKNOWN_QUEUE'],
      [{}, { cwd: '/no/such/${range.start:date}' }, 'CWD_MISSING'],
      [{}, { command: { shell: ' ' } }, 'EMPTY_COMMAND'],
    ];
    for (const [changes, job, code] of refused) {
      await assert.rejects(bench.jobs.backfills.start(asked(changes, job)), { code });
      await assert.rejects(bench.jobs.backfills.start(asked({ ...changes, dryRun: true }, job)), { code });
    }
    assert.equal(bench.store.rev(), 0);
  });
});
