import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { CliBench } from './bench.ts';

describe('groups on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  const submit = async (line: string, ...options: string[]) =>
    (await bench.call(['submit', '--group', 'nightly', ...options, '--shell', '--', line])).stdout.trim();
  const groupOf = async (id: string) => (await bench.show(id)).parentId ?? assert.fail('it is in no group');

  it('collect jobs, can be waited for, and show which jobs failed', async () => {
    const ok = await submit('true', '--weight', '3');
    const bad = await submit('exit 3', '-t', 'bad');
    const group = await groupOf(ok);
    assert.equal(await groupOf(bad), group);
    assert.equal((await bench.call(['wait', group])).code, 1);
    const { document } = await bench.json(['show', group]);
    assert.deepEqual([document.status, document.error.code], ['failed', 'CHILD_FAILED']);
    assert.deepEqual([document.progress.current, document.progress.total], [4, 4]);
    const page = (await bench.call(['show', group])).stdout;
    assert.match(page, /^✖ Failed {2}nightly\n2\/2\n/);
    assert.match(page, /1 of 2 jobs failed: “bad”\. \(CHILD_FAILED\)/);
    assert.match(page, new RegExp(`^jobs +1 completed, 1 failed$[^]*^Failed jobs\n {2}${bad} {2}bad`, 'm'));
    const table = (await bench.call(['ls', '--group', 'nightly'])).stdout.trim().split('\n');
    assert.equal(table.length, 3);
    assert.match((await bench.call(['ls'])).stdout, new RegExp(`^${group} +✖ Failed +nightly +2/2`, 'm'));
    const logs = await bench.call(['logs', group]);
    assert.equal(logs.code, 1);
    assert.match(logs.stderr, /nightly is a group\. Only its jobs have logs\./);

    assert.equal((await bench.json(['retry', group])).code, 0);
    assert.equal((await bench.call(['wait', group])).code, 1);
    assert.deepEqual([(await bench.show(ok)).attempt, (await bench.show(bad)).attempt], [1, 2]);
  });

  it('limit the concurrency of their jobs, and are cancelled and removed with them', async () => {
    const first = await submit('sleep 30', '--group-concurrency', '1');
    const second = await submit('sleep 30');
    const group = await groupOf(first);
    assert.match((await bench.call(['show', second])).stdout, /^waiting +its group is at its limit \(1 of 1\)$/m);
    assert.deepEqual(await bench.errorOf(['rm', group]), [1, 'JOB_STILL_ACTIVE']);
    assert.deepEqual(await bench.errorOf(['hold', group]), [1, 'ENGINE_NOT_CAPABLE']);
    assert.equal((await bench.call(['cancel', group])).code, 0);
    assert.equal((await bench.call(['wait', group])).code, 1);
    assert.deepEqual([(await bench.show(first)).status, (await bench.show(second)).status], ['cancelled', 'cancelled']);
    assert.equal((await bench.call(['rm', group])).code, 0);
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });

  it('reject group options without a group, and invalid numbers', async () => {
    assert.deepEqual(await bench.errorOf(['submit', '--weight', '2', '--', 'true']), [1, 'INVALID_REQUEST']);
    for (const weight of ['0', '-1', '10000001']) {
      const refused = await bench.errorOf(['submit', '--group', 'g', `--weight=${weight}`, '--', 'true']);
      assert.deepEqual(refused, [1, 'INVALID_REQUEST']);
    }
    assert.deepEqual(await bench.errorOf(['submit', '--group', 'g', '--weight', 'much', '--', 'true']), [
      2,
      'INVALID_REQUEST',
    ]);
    assert.deepEqual(await bench.errorOf(['submit', '--group', 'g', '--group-concurrency', '0', '--', 'true']), [
      1,
      'INVALID_REQUEST',
    ]);
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });
});

describe('backfills on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  const range = ['--from', '2026-03-28', '--to', '2026-03-31', '--every', '1d', '--timezone', 'Europe/Berlin'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of backfills looks like this
  const day = '${range.start:date}';

  it('run a command for each day, newest first, and retry only failed days', async () => {
    const line = `echo ${day} $JOBDECK_RANGE_END >> out; test ${day} != 2026-03-29 || test -e ready`;
    const { code, stdout, stderr } = await bench.call([
      'backfill',
      ...range,
      '--order',
      'newest',
      '-t',
      'Load',
      '--shell',
      '--',
      line,
    ]);
    assert.deepEqual([code, stderr], [0, 'jobdeck: 3 jobs: Load · Mar 28 – 30, 2026\n']);
    const group = stdout.trim();
    assert.equal((await bench.call(['wait', group])).code, 1);
    const { document } = await bench.json(['ls', '--group', group, '--trigger', 'backfill', '--order', 'asc']);
    assert.deepEqual(
      document.jobs.map(({ title, status, trigger }: Record<string, string>) => [title, status, trigger]),
      [
        ['Load · Mar 30, 2026', 'completed', 'retrospective'],
        ['Load · Mar 29, 2026', 'failed', 'retrospective'],
        ['Load · Mar 28, 2026', 'completed', 'retrospective'],
      ],
    );
    const lines = () => readFileSync(`${bench.home}/out`, 'utf8').trim().split('\n');
    assert.deepEqual(lines(), [
      '2026-03-30 2026-03-30T22:00:00.000Z',
      '2026-03-29 2026-03-29T22:00:00.000Z',
      '2026-03-28 2026-03-28T23:00:00.000Z',
    ]);
    writeFileSync(`${bench.home}/ready`, '');
    await bench.call(['retry', group]);
    assert.equal((await bench.call(['wait', group])).code, 0);
    assert.equal(lines().length, 4);
  });

  it('only list the intervals with --dry-run', async () => {
    const { code, stdout } = await bench.call(['backfill', ...range, '--dry-run', '--', 'true']);
    assert.equal(code, 0);
    assert.deepEqual(stdout.trim().split('\n'), ['Mar 28, 2026', 'Mar 29, 2026', 'Mar 30, 2026']);
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });

  it('reject invalid ranges, intervals and placeholders, and start nothing', async () => {
    const of = (from: string, to: string, every: string, ...command: string[]) =>
      bench.errorOf(['backfill', '--from', from, '--to', to, '--every', every, '--', ...command]);
    assert.deepEqual(await of('2026-04-01', '2026-03-01', '1d', 'true'), [1, 'INVALID_RANGE']);
    assert.deepEqual(await of('yesterday', '2026-03-01', '1d', 'true'), [1, 'INVALID_RANGE']);
    assert.deepEqual(await of('2026-03-01', '2026-04-01', '99 * * * *', 'true'), [1, 'INVALID_CRON']);
    assert.deepEqual(await of('2026-03-01', '2026-04-01', 'daily', 'true'), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await of('2026-03-01', '2026-04-01', '0d', 'true'), [1, 'INVALID_REQUEST']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of backfills looks like this
    assert.deepEqual(await of('2026-03-01', '2026-04-01', '1d', 'echo', '${range.day}'), [1, 'INVALID_REQUEST']);
    const many = await bench.call([
      'backfill',
      '--from',
      '2000-01-01',
      '--to',
      '2026-01-01',
      '--every',
      '1m',
      '--timezone',
      'UTC',
      '--',
      'true',
    ]);
    assert.match(many.stderr, /The range has 13,675,680 intervals, but a backfill can have at most 10,000\./);
    assert.deepEqual(await bench.errorOf(['backfill', '--from', '2026-03-01', '--every', '1d', '--', 'true']), [
      2,
      'INVALID_REQUEST',
    ]);
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });
});
