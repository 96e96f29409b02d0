import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Bench, dispatched, openBench } from './bench.ts';
import {
  finish,
  finishAtOnce,
  historyOf,
  hour,
  hourly,
  minute,
  passTo,
  runsOf,
  sleepTo,
  timesOf,
} from './schedules.ts';

const four = Date.UTC(2026, 0, 2, 4);
const at = (time: string) => Date.parse(time);

describe('a schedule', () => {
  let bench: Bench;
  // It is 3:04:05.
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('runs its job whenever it is due, and the job knows the due time', async () => {
    finishAtOnce(bench);
    const { id } = await bench.jobs.schedules.add(hourly({ job: { ...hourly().job, createdBy: 'ann@box' } }));
    await passTo(bench, four + 2 * hour + minute);
    assert.deepEqual(timesOf(bench), ['04:00', '05:00', '06:00']);
    const [job] = runsOf(bench);
    assert.ok(job);
    assert.deepEqual(
      [job.trigger, job.scheduleId, job.title, job.createdBy, job.status],
      ['scheduled', id, 'report', 'ann@box', 'completed'],
    );
    assert.ok(Date.parse(job.createdAt) - four < 100);
    assert.deepEqual(bench.store.detail(job.id)?.scope, { scheduledFor: '2026-01-02T04:00:00.000Z' });
    assert.equal(bench.engine.launch(job.id).env.JOBDECK_SCHEDULED_FOR, '2026-01-02T04:00:00.000Z');
    assert.deepEqual(historyOf(bench), ['started 04:00', 'started 05:00', 'started 06:00']);
    assert.equal(bench.jobs.schedules.detail('report').runs.at(-1)?.jobId, job.id);
  });

  it('passes its environment, title and other fields to every run', async () => {
    await bench.jobs.queues.set('night', {});
    const retry = { attempts: 2 };
    const job = {
      ...hourly().job,
      title: 'All',
      type: 'sum',
      env: { A: '1' },
      queue: 'night',
      timeLimitMs: 5000,
      retry,
    };
    await bench.jobs.schedules.add(hourly({ job: { ...job, priority: 'high', metadata: { of: 'ann' } } }));
    await passTo(bench, four);
    const [run] = runsOf(bench);
    assert.deepEqual([run?.title, run?.type, run?.queue, run?.priority], ['All', 'sum', 'night', 'high']);
    const detail = bench.store.detail(run?.id ?? '');
    assert.deepEqual([detail?.retry?.attempts, detail?.timeLimitMs, detail?.metadata], [2, 5000, { of: 'ann' }]);
    const { env } = bench.engine.launch(run?.id ?? '');
    assert.deepEqual(env, { A: '1', JOBDECK_SCHEDULED_FOR: '2026-01-02T04:00:00.000Z' });
  });

  it('needs one timer, and none once it is paused or removed', async () => {
    await bench.jobs.schedules.add(hourly());
    await bench.jobs.schedules.add(hourly({ name: 'other', cron: '30 * * * *' }));
    await dispatched(bench);
    assert.equal(bench.clock.timers.length, 1);
    await bench.jobs.schedules.setPaused('report', true);
    await bench.jobs.schedules.remove('other');
    await dispatched(bench);
    assert.equal(bench.clock.timers.length, 0);
    await bench.jobs.schedules.setPaused('report', false);
    await dispatched(bench);
    assert.equal(bench.clock.timers.length, 1);
  });

  it('does not run while it is paused, and does not catch up later', async () => {
    finishAtOnce(bench);
    await bench.jobs.schedules.add(hourly({ catchUp: 'all' }));
    await bench.jobs.schedules.setPaused('report', true);
    await passTo(bench, four + 3 * hour + minute);
    const resumed = await bench.jobs.schedules.setPaused('report', false);
    assert.equal(resumed.nextRunAt, '2026-01-02T08:00:00.000Z');
    await passTo(bench, four + 4 * hour + minute);
    assert.deepEqual(historyOf(bench), ['started 08:00']);
  });

  it('continues after a run fails, its queue is removed, or its job can’t run', async () => {
    await bench.jobs.queues.set('night', {});
    await bench.jobs.schedules.add(hourly({ job: { ...hourly().job, queue: 'night' } }));
    await passTo(bench, four);
    await finish(bench, runsOf(bench)[0]?.id ?? '', 1);
    removeQueue(bench, 'night');
    await passTo(bench, four + hour);
    const [latest] = bench.jobs.schedules.detail('report').runs;
    assert.deepEqual([latest?.outcome, latest?.jobId], ['failed', null]);
    assert.match(latest?.detail?.message ?? '', /There is no queue night\..*jobdeck queue set night/);
    await bench.jobs.queues.set('night', {});
    await passTo(bench, four + 2 * hour);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'failed 05:00', 'started 06:00']);
  });

  it('is paused with a history entry if it is no longer valid, and does not affect others', async () => {
    finishAtOnce(bench);
    const { id } = await bench.jobs.schedules.add(hourly({ name: 'broken' }));
    await bench.jobs.schedules.add(hourly());
    await bench.store.write((tx) => {
      const row = tx.schedules.find(id);
      if (row) tx.putSchedule({ ...row, timezone: 'Mars/Phobos' });
    });
    await passTo(bench, four + hour);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'started 05:00']);
    const broken = bench.jobs.schedules.detail('broken');
    assert.deepEqual([broken.paused, broken.lastRun?.outcome], [true, 'failed']);
    assert.match(broken.lastRun?.detail?.message ?? '', /time zone “Mars\/Phobos”.*The schedule was paused\./);
    assert.deepEqual(bench.problems, []);
  });

  it('keeps the latest hundred entries of its history', async () => {
    finishAtOnce(bench);
    await bench.jobs.schedules.add(hourly({ cron: '* * * * *' }));
    await passTo(bench, four + hour + 30_000);
    const { runs } = bench.jobs.schedules.detail('report');
    assert.deepEqual([runs.length, runs[0]?.scheduledFor], [100, '2026-01-02T05:00:00.000Z']);
  });

  it('runs at once on request, regardless of its overlap policy and of a pause', async () => {
    await bench.jobs.schedules.add(hourly());
    await passTo(bench, four);
    await bench.jobs.schedules.setPaused('report', true);
    const job = await bench.jobs.schedules.runNow('report');
    await bench.engine.launchedJob(job.id);
    assert.deepEqual([job.trigger, job.waitReason], ['scheduled', null]);
    assert.ok(bench.engine.launch(job.id).env.JOBDECK_SCHEDULED_FOR?.startsWith('2026-01-02T04:00:00.'));
    assert.deepEqual(historyOf(bench), ['started 04:00', 'started now']);
  });

  it('leaves its jobs when it is removed, and no longer runs', async () => {
    const { id } = await bench.jobs.schedules.add(hourly());
    await passTo(bench, four);
    await bench.jobs.schedules.remove('report');
    await passTo(bench, four + 3 * hour);
    assert.deepEqual(timesOf(bench), ['04:00']);
    assert.equal(bench.store.list({ schedule: id }).total, 1);
  });
});

describe('a schedule that is due during its previous run', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  it('skips the run, and names the job', async () => {
    await bench.jobs.schedules.add(hourly());
    await passTo(bench, four + 2 * hour);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'skipped 05:00', 'skipped 06:00']);
    const [first] = runsOf(bench);
    const [skipped] = bench.jobs.schedules.detail('report').runs;
    assert.deepEqual(
      [skipped?.jobId, skipped?.detail?.message],
      [first?.id, `\`report\` (${first?.id}) had not finished.`],
    );
    await finish(bench, first?.id ?? '');
    await passTo(bench, four + 3 * hour);
    assert.deepEqual(timesOf(bench), ['04:00', '07:00']);
  });

  it('with “queue” runs after it, however it ends', async () => {
    await bench.jobs.schedules.add(hourly({ overlap: 'queue' }));
    await passTo(bench, four + 2 * hour);
    const [first, second, third] = runsOf(bench).map(({ id }) => id);
    assert.ok(first && second && third);
    assert.deepEqual(
      [second, third].map((id) => bench.store.job(id)?.waitReason),
      ['dependency', 'dependency'],
    );
    await finish(bench, first, 1);
    await bench.engine.launchedJob(second);
    assert.equal(bench.store.job(third)?.waitReason, 'dependency');
    await finish(bench, second);
    await bench.engine.launchedJob(third);
  });

  it('with “queue” keeps at most a hundred jobs waiting', async () => {
    await bench.jobs.schedules.add(hourly({ cron: '* * * * *', overlap: 'queue' }));
    await passTo(bench, four + 50 * minute);
    assert.equal(runsOf(bench).length, 100);
    const [latest] = bench.jobs.schedules.detail('report').runs;
    assert.deepEqual([latest?.outcome, latest?.detail?.code], ['skipped', 'schedule.tooManyActive']);
  });

  it('with “allow” runs at the same time', async () => {
    await bench.jobs.schedules.add(hourly({ overlap: 'allow' }));
    await passTo(bench, four + 2 * hour);
    assert.equal(bench.engine.launches.length, 3);
  });
});

describe('a schedule that was due while the daemon was not running or the machine was asleep', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.end());

  const latest = () => bench.jobs.schedules.detail('report').runs[0];

  it('only records the missed times in one entry by default, and continues', async () => {
    await bench.jobs.schedules.add(hourly());
    await sleepTo(bench, four + 5 * hour + 10 * minute);
    assert.deepEqual(historyOf(bench), ['missed 09:00']);
    assert.equal(
      latest()?.detail?.message,
      '6 times since 2026-01-02T04:00:00.000Z: the daemon was not running, or the machine was asleep.',
    );
    await passTo(bench, four + 6 * hour);
    assert.deepEqual(timesOf(bench), ['10:00']);
  });

  it('still runs if it was due less than a minute ago', async () => {
    await bench.jobs.schedules.add(hourly());
    await sleepTo(bench, four + 59_000);
    assert.deepEqual(historyOf(bench), ['started 04:00']);
    await finish(bench, runsOf(bench)[0]?.id ?? '');
    await sleepTo(bench, four + hour + 61_000);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'missed 05:00']);
    assert.equal(latest()?.detail?.message, 'The daemon was not running, or the machine was asleep.');
  });

  it('with “last” runs for the last time, and records the others', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'last' }));
    await sleepTo(bench, four + 5 * hour + 10 * minute);
    assert.deepEqual(historyOf(bench), ['missed 08:00', 'started 09:00']);
    assert.deepEqual(timesOf(bench), ['09:00']);
  });

  it('with “last” runs once if another time is due just then', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'last' }));
    await sleepTo(bench, four + 5 * hour + 10_000);
    assert.deepEqual(historyOf(bench), ['missed 08:00', 'started 09:00']);
  });

  it('with “all” runs for all times, one after the other', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'all' }));
    await sleepTo(bench, four + 2 * hour + 10 * minute);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'started 05:00', 'started 06:00']);
    const [first, second] = runsOf(bench);
    assert.equal(bench.engine.launches.length, 1);
    assert.equal(second?.waitReason, 'dependency');
    await finish(bench, first?.id ?? '', 1);
    await bench.engine.launchedJob(second?.id ?? '');
    assert.equal(bench.engine.launches.length, 2);
  });

  it('with “all” also runs for a time that is due just then, and for several of them', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'all' }));
    await sleepTo(bench, four + 2 * hour + 10_000);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'started 05:00', 'started 06:00']);
    assert.equal(bench.engine.launches.length, 1);
    await bench.jobs.schedules.add(hourly({ name: 'report', cron: '*/20 * * * * *', catchUp: 'all', replace: true }));
    for (const { id } of runsOf(bench)) {
      await bench.engine.launchedJob(id);
      await finish(bench, id, 0);
    }
    await sleepTo(bench, four + 2 * hour + 50_000);
    assert.deepEqual(historyOf(bench).length, 5);
  });

  it('with “all” and “queue” runs the last time also behind a run that is still active', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'all', overlap: 'queue' }));
    await passTo(bench, four);
    await sleepTo(bench, four + 150 * hour + 10_000);
    const { runs } = bench.jobs.schedules.detail('report');
    assert.deepEqual([runs[0]?.outcome, runs[0]?.scheduledFor], ['started', new Date(four + 150 * hour).toISOString()]);
  });

  it('with “all” and “allow” runs up to a hundred jobs at the same time, and records the rest', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'all', overlap: 'allow' }));
    await sleepTo(bench, four + 119 * hour + 10 * minute);
    assert.equal(bench.engine.launches.length, 100);
    const entries = bench.store.read((rows) => rows.schedules.runs(rows.schedules.find('report')?.id ?? '', 1000));
    assert.equal(entries.length, 100);
    await dispatched(bench);
    assert.equal(bench.jobs.schedules.detail('report').nextRunAt, new Date(four + 120 * hour).toISOString());
  });

  it('skips times during a job that is still running', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'all' }));
    await passTo(bench, four);
    await sleepTo(bench, four + 4 * hour + 10 * minute);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'skipped 08:00']);
    assert.match(
      latest()?.detail?.message ?? '',
      /^4 times since .*T05:00:00.000Z: `report` \(\w+\) had not finished\.$/,
    );
  });

  it('only records that more than a thousand times were missed, and does so at once', async () => {
    await bench.jobs.schedules.add(hourly({ cron: '* * * * * *' }));
    await sleepTo(bench, four + 365 * 24 * hour);
    const missed = bench.jobs.schedules.detail('report').runs.filter(({ outcome }) => outcome === 'missed');
    assert.equal(missed.length, 1);
    assert.match(missed[0]?.detail?.message ?? '', /^More than 9\d\d times: the daemon was not running/);
  });

  it('also catches up after a restart', async () => {
    await bench.jobs.schedules.add(hourly({ catchUp: 'last' }));
    bench.clock.time = four + 3 * hour + 10 * minute;
    await bench.crash();
    await dispatched(bench);
    assert.deepEqual(historyOf(bench), ['missed 06:00', 'started 07:00']);
    await bench.crash();
    await dispatched(bench);
    assert.deepEqual(historyOf(bench), ['missed 06:00', 'started 07:00']);
  });
});

describe('a schedule, when the clock is set', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    finishAtOnce(bench);
  });
  afterEach(() => bench.end());

  it('back a little, runs for no time twice', async () => {
    await bench.jobs.schedules.add(hourly());
    await passTo(bench, four + minute);
    bench.clock.time -= 10 * minute;
    bench.clock.timers.forEach((timer) => {
      timer.at -= 10 * minute;
    });
    await passTo(bench, four + hour);
    assert.deepEqual(historyOf(bench), ['started 04:00', 'started 05:00']);
  });

  it('back after it was far ahead by mistake, follows the correct time again', async () => {
    await bench.jobs.schedules.add(hourly({ cron: '0 4 * * *' }));
    await sleepTo(bench, four + 365 * 24 * hour + 10 * minute);
    assert.equal(bench.jobs.schedules.detail('report').nextRunAt, '2027-01-03T04:00:00.000Z');
    bench.clock.time = four + 10 * hour;
    await bench.jobs.schedules.add(hourly({ name: 'other' }));
    await dispatched(bench);
    assert.equal(bench.jobs.schedules.detail('report').nextRunAt, '2026-01-03T04:00:00.000Z');
    await passTo(bench, four + 24 * hour);
    assert.deepEqual(historyOf(bench).slice(-1), ['started 04:00']);
  });

  it('back while the daemon was not running, does the same', async () => {
    await bench.jobs.schedules.add(hourly({ cron: '0 4 * * *' }));
    await sleepTo(bench, four + 365 * 24 * hour + 10 * minute);
    bench.clock.time = four + 10 * hour;
    await bench.crash();
    await dispatched(bench);
    assert.equal(bench.jobs.schedules.detail('report').nextRunAt, '2026-01-03T04:00:00.000Z');
  });

  it('forward, records the skipped times as missed', async () => {
    await bench.jobs.schedules.add(hourly());
    await sleepTo(bench, four + 90 * minute);
    await passTo(bench, four + 2 * hour);
    assert.deepEqual(historyOf(bench), ['missed 05:00', 'started 06:00']);
  });
});

describe('a schedule at a daylight saving change', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    finishAtOnce(bench);
  });
  afterEach(() => bench.end());

  const runsBetween = async (cron: string, timezone: string, from: string, until: string) => {
    bench.clock.time = at(from);
    await bench.jobs.schedules.add(hourly({ cron, timezone }));
    await passTo(bench, at(until));
    return timesOf(bench);
  };

  it('runs a daily job in the skipped hour once', async () => {
    const times = await runsBetween('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-30T12:00Z');
    assert.deepEqual(times, ['01:00', '00:30']);
  });

  it('runs a daily job in the repeated hour once', async () => {
    const times = await runsBetween('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z');
    assert.deepEqual(times, ['00:30', '01:30']);
  });

  it('runs an hourly job every hour', async () => {
    const spring = await runsBetween('0 * * * *', 'America/New_York', '2026-03-08T04:30Z', '2026-03-08T10:30Z');
    assert.deepEqual(spring, ['05:00', '06:00', '07:00', '08:00', '09:00', '10:00']);
    await bench.jobs.schedules.remove('report');
    const autumn = await runsBetween('0 * * * *', 'America/New_York', '2026-11-01T04:30Z', '2026-11-01T08:30Z');
    assert.deepEqual(autumn.slice(6), ['05:00', '06:00', '07:00', '08:00']);
  });
});

/** Removes a queue that a schedule uses, which no command allows. */
function removeQueue(bench: Bench, name: string): void {
  const db = new Database(bench.file);
  db.prepare('DELETE FROM queues WHERE name = ?').run(name);
  db.close();
}
