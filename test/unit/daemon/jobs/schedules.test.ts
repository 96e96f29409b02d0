import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { machineTimeZone } from '../../../../daemon/scheduling/cron.ts';
import type { ScheduleRequest } from '../../../../shared/schedule.ts';
import { type Bench, dispatched, openBench } from './bench.ts';
import { finishAtOnce, historyOf, hour, hourly, minute, passTo, sleepTo } from './schedules.ts';

const four = Date.UTC(2026, 0, 2, 4);
const file = '/src/app/.vscode/jobs.json';

describe('schedules', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const add = (changes: Partial<ScheduleRequest> = {}) => bench.jobs.schedules.add(hourly(changes));
  const names = () => bench.jobs.schedules.list().map(({ name }) => name);

  it('are listed by name with their jobs and next runs, also after a restart', async () => {
    const job = { ...hourly().job, env: { SECRET: 'x' }, createdBy: 'ann@box', workspace: '/src/app' };
    const added = await add({ name: 'db/nightly backup', job });
    await add({ name: 'audit' });
    assert.deepEqual(added, {
      id: added.id,
      name: 'db/nightly backup',
      cron: '0 * * * *',
      timezone: 'UTC',
      paused: false,
      catchUp: 'none',
      overlap: 'skip',
      source: null,
      workspace: '/src/app',
      createdBy: 'ann@box',
      job: {
        command: { argv: ['true'] },
        title: null,
        type: null,
        cwd: tmpdir(),
        queue: 'default',
        priority: 'normal',
        tags: [],
        retry: null,
        timeLimitMs: null,
      },
      createdAt: added.createdAt,
      nextRunAt: '2026-01-02T04:00:00.000Z',
      lastRun: null,
    });
    await bench.crash();
    assert.deepEqual(names(), ['audit', 'db/nightly backup']);
    assert.deepEqual(bench.jobs.schedules.list()[1], added);
  });

  it('use this machine’s time zone by default', async () => {
    assert.equal((await add({ timezone: undefined })).timezone, machineTimeZone());
  });

  it('are found by name or ID, and show their next five runs', async () => {
    const { id } = await add();
    const detail = bench.jobs.schedules.detail(id);
    assert.deepEqual(detail, bench.jobs.schedules.detail('report'));
    assert.deepEqual(
      detail.nextRuns,
      [0, 1, 2, 3, 4].map((hours) => new Date(four + hours * hour).toISOString()),
    );
    await bench.jobs.schedules.setPaused(id, true);
    assert.deepEqual(bench.jobs.schedules.detail(id).nextRuns, []);
    await assert.rejects(async () => bench.jobs.schedules.detail('nosuch'), { code: 'SCHEDULE_NOT_FOUND' });
  });

  it('are refused if they are not valid, and nothing is written', async () => {
    const job = hourly().job;
    const wrong: [Partial<ScheduleRequest>, string][] = [
      [{ cron: 'daily' }, 'INVALID_CRON'],
      [{ cron: '0 0 30 2 *' }, 'INVALID_CRON'],
      [{ timezone: 'Mars/Phobos' }, 'INVALID_CRON'],
      [{ job: { ...job, command: { shell: ' ' } } }, 'EMPTY_COMMAND'],
      [{ job: { ...job, cwd: join(tmpdir(), 'no-such-folder') } }, 'CWD_MISSING'],
      [{ job: { ...job, queue: 'nosuch' } }, 'UNKNOWN_QUEUE'],
    ];
    for (const [changes, code] of wrong) {
      await assert.rejects(add(changes), { code });
      await assert.rejects(add({ ...changes, dryRun: true }), { code });
    }
    assert.deepEqual(names(), []);
  });

  it('are not written by a dry run, which returns the result', async () => {
    const would = await add({ dryRun: true });
    assert.deepEqual([would.name, would.nextRunAt], ['report', '2026-01-02T04:00:00.000Z']);
    assert.deepEqual(names(), []);
    await add();
    await assert.rejects(add({ dryRun: true }), { code: 'SCHEDULE_EXISTS' });
  });

  it('are changed without their jobs, and keep their history and whether they are paused', async () => {
    const job = { ...hourly().job, env: { SECRET: 'x' } };
    const { id } = await add({ name: 'report', job });
    await bench.jobs.queues.set('slow', {});
    await bench.jobs.schedules.setPaused('report', true);
    const changed = await bench.jobs.schedules.change('report', {
      cron: '30 4 * * *',
      overlap: 'queue',
      queue: 'slow',
    });
    assert.deepEqual(
      [changed.id, changed.cron, changed.timezone, changed.overlap, changed.job.queue, changed.paused],
      [id, '30 4 * * *', 'UTC', 'queue', 'slow', true],
    );
    const row = bench.store.read((rows) => rows.schedules.find(id));
    assert.deepEqual(JSON.parse(row?.job ?? '').env, { SECRET: 'x' });
    await assert.rejects(bench.jobs.schedules.change('report', { cron: 'x' }), { code: 'INVALID_CRON' });
    await assert.rejects(bench.jobs.schedules.change('report', { queue: 'none' }), { code: 'UNKNOWN_QUEUE' });
    await bench.jobs.schedules.define(file, [{ ...hourly(), name: 'defined' }]);
    await assert.rejects(bench.jobs.schedules.change('defined', { cron: '@daily' }), { code: 'SCHEDULE_DEFINED' });
  });

  it('are only replaced on request, and keep their ID, their history and whether they are paused', async () => {
    finishAtOnce(bench);
    const { id } = await add();
    await passTo(bench, four + minute);
    await bench.jobs.schedules.setPaused('report', true);
    await assert.rejects(add({ cron: '30 * * * *' }), { code: 'SCHEDULE_EXISTS', hint: /--replace/ });
    const replaced = await add({ cron: '30 * * * *', replace: true });
    assert.deepEqual([replaced.id, replaced.paused, replaced.nextRunAt], [id, true, null]);
    assert.deepEqual(historyOf(bench), ['started 04:00']);
    assert.equal((await bench.jobs.schedules.setPaused('report', false)).nextRunAt, '2026-01-02T04:30:00.000Z');
  });

  it('can be paused and resumed repeatedly', async () => {
    const { nextRunAt } = await add();
    for (const paused of [true, true]) {
      const one = await bench.jobs.schedules.setPaused('report', paused);
      assert.deepEqual([one.paused, one.nextRunAt], [true, null]);
    }
    for (const paused of [false, false]) {
      assert.equal((await bench.jobs.schedules.setPaused('report', paused)).nextRunAt, nextRunAt);
    }
    assert.equal((await add({ name: 'asleep', paused: true })).nextRunAt, null);
  });

  it('can’t be run on request if their folder or queue no longer exists', async () => {
    await add();
    await bench.store.write((tx) => {
      const row = tx.schedules.find('report');
      const [away, nosuch] = [{ cwd: join(tmpdir(), 'no-such-folder') }, { queue: 'nosuch' }];
      if (!row) return;
      tx.putSchedule({ ...row, name: 'away', id: 'a', job: JSON.stringify({ ...hourly().job, ...away }) });
      tx.putSchedule({ ...row, name: 'nosuch', id: 'n', job: JSON.stringify({ ...hourly().job, ...nosuch }) });
    });
    await assert.rejects(bench.jobs.schedules.runNow('away'), { code: 'CWD_MISSING' });
    await assert.rejects(bench.jobs.schedules.runNow('nosuch'), { code: 'UNKNOWN_QUEUE' });
    assert.deepEqual(historyOf(bench, 'nosuch'), []);
    assert.equal(bench.store.list({}).total, 0);
  });

  it('preview an expression', () => {
    assert.deepEqual(bench.jobs.schedules.preview({ cron: '@daily', timezone: 'utc', count: 2 }), {
      timezone: 'UTC',
      nextRuns: ['2026-01-03T00:00:00.000Z', '2026-01-04T00:00:00.000Z'],
    });
    assert.throws(() => bench.jobs.schedules.preview({ cron: '@never' }), { code: 'INVALID_CRON' });
  });

  it('are counted in the daemon’s health while they are not paused', async () => {
    await add();
    await add({ name: 'paused', paused: true });
    assert.deepEqual(bench.store.enabledSchedules(), { enabled: 1, nextRunAt: '2026-01-02T04:00:00.000Z' });
  });
});

describe('schedules from a file', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const define = (...requests: ScheduleRequest[]) => bench.jobs.schedules.define(file, requests);
  const told = () => bench.jobs.schedules.list().map(({ name, cron, source }) => [name, cron, source]);

  it('are added, changed and removed with it, and others stay', async () => {
    await bench.jobs.schedules.add(hourly({ name: 'own' }));
    await bench.jobs.schedules.define('/other.json', [hourly({ name: 'other' })]);
    await define(hourly(), hourly({ name: 'second' }));
    await define(hourly({ cron: '@daily' }), hourly({ name: 'third' }));
    assert.deepEqual(told(), [
      ['other', '0 * * * *', '/other.json'],
      ['own', '0 * * * *', null],
      ['report', '@daily', file],
      ['third', '0 * * * *', file],
    ]);
    await define();
    assert.deepEqual(
      told().map(([name]) => name),
      ['other', 'own'],
    );
  });

  it('keep their history, whether they are paused, and their due times', async () => {
    finishAtOnce(bench);
    await define(hourly({ catchUp: 'last' }), hourly({ name: 'paused' }));
    await bench.jobs.schedules.setPaused('paused', true);
    await passTo(bench, four + minute);
    bench.clock.time = four + 90 * minute;
    await bench.crash();
    await define(hourly({ catchUp: 'last' }), hourly({ name: 'paused' }));
    await dispatched(bench);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'started 05:00']);
    assert.equal(bench.jobs.schedules.detail('paused').paused, true);
  });

  it('that were paused are still paused when they return', async () => {
    await define(hourly(), hourly({ name: 'paused' }));
    await bench.jobs.schedules.setPaused('paused', true);
    await define();
    await define(hourly(), hourly({ name: 'paused' }));
    assert.equal(bench.jobs.schedules.detail('paused').paused, true);
    assert.equal(bench.jobs.schedules.detail('report').paused, false);
    await bench.jobs.schedules.setPaused('paused', false);
    await define(hourly());
    await define(hourly(), hourly({ name: 'paused' }));
    assert.equal(bench.jobs.schedules.detail('paused').paused, false);
  });

  it('are all refused if one is not valid', async () => {
    await define(hourly());
    await bench.jobs.schedules.add(hourly({ name: 'own' }));
    const wrong: [ScheduleRequest[], string][] = [
      [[hourly({ name: 'new' }), hourly({ cron: 'x' })], 'INVALID_CRON'],
      [[hourly({ name: 'new' }), hourly({ name: 'own' })], 'SCHEDULE_EXISTS'],
      [[hourly({ name: 'new' }), hourly({ name: 'new' })], 'INVALID_REQUEST'],
      [[hourly({ name: 'new' }), hourly({ job: { ...hourly().job, queue: 'nosuch' } })], 'UNKNOWN_QUEUE'],
    ];
    for (const [requests, code] of wrong) await assert.rejects(define(...requests), { code });
    assert.deepEqual(
      told().map(([name]) => name),
      ['own', 'report'],
    );
  });

  it('can be paused by a command, but not removed or replaced', async () => {
    await define(hourly());
    await assert.rejects(bench.jobs.schedules.remove('report'), { code: 'SCHEDULE_DEFINED', message: /jobs\.json/ });
    await assert.rejects(bench.jobs.schedules.add(hourly({ replace: true })), { code: 'SCHEDULE_DEFINED' });
    await bench.jobs.schedules.setPaused('report', true);
    await sleepTo(bench, four + minute);
    assert.deepEqual(historyOf(bench), []);
  });
});
