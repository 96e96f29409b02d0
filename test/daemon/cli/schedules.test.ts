import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { FeedClient } from '../api/feedClient.ts';
import { makeHome, startDaemon } from '../harness.ts';
import { CliBench } from './bench.ts';

describe('schedules on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('are added, showing the next run', async () => {
    const add = ['schedule', 'add', 'db/nightly backup', '--cron', '0 3 * * *', '--timezone', 'Europe/Berlin'];
    const dry = await bench.call([...add, '--dry-run', '--', 'true', '--all']);
    assert.match(dry.stdout, /^Would schedule db\/nightly backup: 0 3 \* \* \* \(Europe\/Berlin\)\n/);
    assert.deepEqual((await bench.json(['schedule', 'ls'])).document.schedules, []);

    const { stdout, code } = await bench.call([...add, '--type', 'backup', '--', 'true', '--all']);
    assert.equal(code, 0);
    assert.match(stdout, /^Scheduled db\/nightly backup: .*\n( {2}\d{4}-\d\d-\d\d \d\d:00:00 UTC\S*, in \d.*\n){5}$/);
    const { document } = await bench.json(['schedule', 'show', 'db/nightly backup']);
    assert.deepEqual([document.job.command, document.job.type], [{ argv: ['true', '--all'] }, 'backup']);
    assert.equal(document.nextRuns.length, 5);
    assert.match((await bench.call(['schedule', 'ls'])).stdout, /^db\/nightly backup +0 3 \* \* \* +Europe\/Berlin/m);
    assert.match((await bench.call(['health', '--json'])).stdout, /"schedules":\{"enabled":1,/);
  });

  it('are paused, resumed, run and removed', async () => {
    await bench.call(['schedule', 'add', 'echo', '--cron', '@yearly', '--', 'echo for $JOBDECK_SCHEDULED_FOR']);
    assert.match((await bench.call(['schedule', 'pause', 'echo'])).stdout, /^echo +@yearly +\S+ +paused/m);
    const id = (await bench.call(['schedule', 'run', 'echo'])).stdout.trim();
    assert.equal((await bench.call(['wait', id])).code, 0);
    assert.match((await bench.call(['logs', id])).stdout, /^for \d{4}-\d\d-\d\dT.*Z\n$/);
    assert.equal((await bench.json(['schedule', 'resume', 'echo'])).document.paused, false);
    const { document } = await bench.json(['ls', '--schedule', 'echo']);
    assert.deepEqual([document.total, document.jobs[0].id, document.jobs[0].trigger], [1, id, 'scheduled']);

    const scheduleId = document.jobs[0].scheduleId;
    assert.equal((await bench.call(['schedule', 'rm', 'echo'])).stdout, 'Removed echo\n');
    assert.equal((await bench.json(['ls', '--schedule', scheduleId])).document.total, 1);
    assert.deepEqual(await bench.errorOf(['schedule', 'show', 'echo']), [1, 'SCHEDULE_NOT_FOUND']);
  });

  it('with --catch-up all run for every time that was due while the daemon was not running, also for the last', async () => {
    await bench.call(['schedule', 'add', 'tick', '--cron', '*/30 * * * * *', '--catch-up', 'all', '--', 'true']);
    await bench.killDaemon();
    // As if the daemon had ended some minutes ago.
    const from = Math.floor(Date.now() / 30_000) * 30_000 - 4 * 60_000;
    const db = new Database(join(bench.home, 'jobs.db'));
    db.prepare('UPDATE schedules SET next_run_at = ?, created_at = ?').run(from, from - 1);
    db.close();
    const started = Date.now();
    await bench.call(['daemon', 'start']);
    const { document } = await bench.json(['schedule', 'show', 'tick']);
    const runs: { outcome: string; scheduledFor: string }[] = document.runs;
    const times = runs.flatMap(({ outcome, scheduledFor }) =>
      outcome === 'started' ? [Date.parse(scheduledFor)] : [],
    );
    const due = Array.from({ length: Math.floor((started - from) / 30_000) + 1 }, (_, index) => from + index * 30_000);
    assert.deepEqual(
      due.filter((at) => !times.includes(at)),
      [],
    );
    assert.ok(due.length >= 9 && new Set(times).size === times.length);
  });

  it('can be named together', async () => {
    for (const name of ['a', 'b']) await bench.call(['schedule', 'add', name, '--cron', '@yearly', '--', 'true']);
    assert.match(
      (await bench.call(['schedule', 'pause', 'a', 'b'])).stdout,
      /^SCHEDULE.*\na .* paused.*\nb .* paused.*\n$/,
    );
    const { code, document } = await bench.json(['schedule', 'rm', 'a', 'nosuch', 'b']);
    assert.deepEqual([code, document.removed, document.names], [1, 2, ['a', 'b']]);
    assert.deepEqual([document.errors[0].name, document.errors[0].error.code], ['nosuch', 'SCHEDULE_NOT_FOUND']);
    assert.deepEqual((await bench.json(['schedule', 'list'])).document.schedules, []);
  });

  it('reject invalid options, and add nothing', async () => {
    const add = (name: string, ...options: string[]) =>
      bench.errorOf(['schedule', 'add', name, ...options, '--', 'true']);
    assert.deepEqual(await add('a', '--cron', '61 * * * *'), [1, 'INVALID_CRON']);
    assert.deepEqual(await add('a', '--cron', '0 0 30 2 *'), [1, 'INVALID_CRON']);
    assert.deepEqual(await add('a', '--cron', '@daily', '--timezone', 'Mars/Phobos'), [1, 'INVALID_CRON']);
    assert.deepEqual(await add('a', '--cron', '@daily', '--queue', 'nosuch'), [1, 'UNKNOWN_QUEUE']);
    assert.deepEqual(await add('a', '--cron', '@daily', '--overlap', 'maybe'), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await add('..', '--cron', '@daily'), [1, 'INVALID_REQUEST']);
    assert.deepEqual(await add('a'), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['schedule', 'add', 'a', '--cron', '@daily']), [2, 'EMPTY_COMMAND']);
    assert.deepEqual((await bench.json(['schedule', 'ls'])).document.schedules, []);
    await bench.call(['schedule', 'add', 'a', '--cron', '@daily', '--', 'true']);
    assert.deepEqual(await add('a', '--cron', '@hourly'), [1, 'SCHEDULE_EXISTS']);
    assert.equal((await bench.json(['schedule', 'add', 'a', '--cron', '@hourly', '--replace', '--', 'true'])).code, 0);
  });
});

describe('the daemon, with a schedule', () => {
  it('runs it exactly once per second, even after it was killed', async () => {
    const home = makeHome();
    const job = { command: { argv: ['true'] }, cwd: home };
    const schedule = { name: 'tick', cron: '*/1 * * * * *', overlap: 'allow', catchUp: 'all', job };
    let daemon = await startDaemon({ home });
    const seen = async (count: number) => {
      const client = await FeedClient.open(daemon);
      const ended = () => [...client.state.jobs.values()].filter((one) => one.status === 'completed');
      await client.until(() => ended().length >= count);
      await client.close();
    };
    try {
      assert.equal((await daemon.request('POST', '/v1/schedules', schedule)).status, 201);
      await seen(2);
      await daemon.kill9();
      daemon = await startDaemon({ home });
      await seen(4);
      await daemon.request('POST', '/v1/schedules/tick/pause');
      const { runs } = (await daemon.request('GET', '/v1/schedules/tick')).body;
      const times = runs.map(({ scheduledFor }: { scheduledFor: string }) => Date.parse(scheduledFor));
      // Newest first, one per second, without gaps or duplicates.
      assert.ok(times.length >= 4);
      assert.deepEqual(
        times,
        times.map((_: number, index: number) => times[0] - index * 1000),
      );
      for (const { jobId, scheduledFor } of runs) {
        const { body } = await daemon.request('GET', `/v1/jobs/${jobId}`);
        assert.deepEqual([body.trigger, body.scope], ['scheduled', { scheduledFor }]);
      }
    } finally {
      await daemon.dispose();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('keeps running while the schedule is enabled, and exits when idle after that', async () => {
    const daemon = await startDaemon({ config: { idleExitSeconds: 1 } });
    try {
      const file = join(daemon.home, 'ran');
      const job = { command: { shell: `echo x >> '${file}'` }, cwd: daemon.home };
      // Nothing happens between two runs for longer than the idle time.
      const schedule = { name: 'rare', cron: '*/3 * * * * *', job };
      await daemon.request('POST', '/v1/schedules', schedule);
      await hasLines(daemon.home, file, 2);
      await daemon.request('POST', '/v1/schedules/rare/pause');
      assert.deepEqual(await daemon.exited, { code: 0, signal: null });
    } finally {
      await daemon.dispose();
    }
  });
});

/** Resolves when the file has this many lines. */
async function hasLines(folder: string, file: string, count: number): Promise<void> {
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);
  await new Promise<void>((settle) => {
    const watcher = watch(folder, () => {
      if (lines() < count) return;
      watcher.close();
      settle();
    });
  });
}
