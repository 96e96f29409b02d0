import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AttemptRef } from '../../../../daemon/engines/engine.ts';
import { OutputProgressWatch } from '../../../../daemon/progress/outputProgress.ts';
import type { Progress } from '../../../../shared/job.ts';
import { ManualClock } from '../manualClock.ts';

describe('watching output for progress', () => {
  let folder: string;
  let clock: ManualClock;
  let watch: OutputProgressWatch;
  let reported: { jobId: string; progress: Progress | null }[];
  let notes: string[];
  let problems: unknown[];
  let answer: 'taken' | 'notNow' | 'unwanted';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-progress-'));
    clock = new ManualClock();
    reported = [];
    notes = [];
    problems = [];
    answer = 'taken';
    watch = new OutputProgressWatch({
      clock,
      onProblem: (error) => problems.push(error),
      reports: {
        async outputProgress({ jobId }, progress) {
          reported.push({ jobId, progress });
          return answer;
        },
        async outputProgressOff(_ref, reason) {
          notes.push(reason);
        },
      },
    });
  });
  afterEach(() => {
    watch.close();
    rmSync(folder, { recursive: true });
  });

  const ref = (jobId: string): AttemptRef => ({ jobId, attempt: 1, launch: 1 });
  const log = (jobId: string) => join(folder, `${jobId}.log`);
  const write = (jobId: string, text: string) => appendFileSync(log(jobId), text);
  const add = (jobId: string, how: Parameters<typeof watch.add>[2] = null) => {
    write(jobId, '');
    watch.add(ref(jobId), log(jobId), how);
  };
  const percents = () => reported.map(({ progress }) => progress?.current ?? null);
  /** Lets time pass, and what was due then be read: as long as there is no timer a look is under way. */
  async function pass(ms: number): Promise<void> {
    clock.pass(ms);
    await watch.idle();
  }

  it('reports what the output says, at most twice a second', async () => {
    add('a');
    write('a', 'Progress: 20%\n');
    await pass(499);
    assert.deepEqual(percents(), []);
    write('a', 'Progress: 40%\nProgress: 50%\n');
    await pass(1);
    assert.deepEqual(percents(), [50]);
    write('a', 'Progress: 60%\n');
    await pass(250);
    assert.deepEqual(percents(), [50]);
    await pass(250);
    assert.deepEqual(percents(), [50, 60]);
  });

  it('goes on within seconds when somebody sets the clock back', async () => {
    add('a');
    add('b');
    await pass(500);
    clock.jump(-3_600_000);
    write('b', 'Progress: 20%\n');
    watch.remove(ref('a'));
    await pass(4_000);
    assert.deepEqual(percents(), [20]);
  });

  it('has a timer only while there is something to watch', () => {
    assert.equal(clock.waiting, 0);
    add('a');
    add('b');
    add('off', false);
    assert.equal(clock.waiting, 1);
    watch.remove(ref('a'));
    watch.remove(ref('b'));
    assert.equal(clock.waiting, 0);
  });

  it('looks ever more seldom at what is quiet, and often again once it writes', async () => {
    add('a');
    for (let looks = 0; looks < 6; looks += 1) await pass(4_000);
    write('a', 'Progress: 20%\n');
    await pass(4_000);
    assert.deepEqual(percents(), [20]);
    write('a', 'Progress: 40%\n');
    await pass(500);
    assert.deepEqual(percents(), [20, 40]);
  });

  it('reports only what somebody would see', async () => {
    add('a');
    for (const percent of ['20.0', '20.4', '20.9', '21.0']) {
      write('a', `Progress: ${percent}%\n`);
      await pass(500);
    }
    assert.deepEqual(percents(), [20, 21]);
  });

  it('takes the last line as soon as it looks complete', async () => {
    add('a');
    write('a', 'Step 3/7');
    await pass(500);
    assert.deepEqual(percents(), []);
    write('a', '0: link');
    await pass(500);
    assert.deepEqual(reported.at(-1)?.progress, { current: 3, total: 70, message: 'link', phase: null });
  });

  it('reads only the end of what has come, however much', async () => {
    add('a');
    write('a', `Progress: 90%\n${'x'.repeat(99)}\n`.repeat(2_000));
    write('a', `${'y'.repeat(99)}\n`.repeat(170));
    await pass(500);
    assert.deepEqual(percents(), []);
    write('a', 'Progress: 12%\n');
    await pass(500);
    assert.deepEqual(percents(), [12]);
  });

  it('begins again with a log that was emptied', async () => {
    add('a');
    write('a', 'Progress: 30%\nsomething more\n');
    await pass(500);
    truncateSync(log('a'));
    write('a', 'Progress: 31%\n');
    await pass(500);
    assert.deepEqual(percents(), [30, 31]);
  });

  it('looks once more at the end, so that a job that completed is not left in the middle', async () => {
    add('a');
    add('b');
    write('a', 'Progress: 97%\n');
    write('b', 'Progress: 50%\n');
    await pass(500);
    write('a', '\r[======] 100%');
    write('b', 'Progress: 60%\n');
    await watch.finish(ref('a'), true);
    await watch.finish(ref('b'), false);
    assert.deepEqual(percents(), [97, 50, 100, 60]);
  });

  it('holds a completed job for done when its last percentage was not', async () => {
    add('a');
    add('b');
    write('a', 'Progress: 79%\n');
    write('b', '[2/10] one\n[3/10] two\n');
    await watch.finish(ref('a'), true);
    await watch.finish(ref('b'), true);
    assert.deepEqual(percents(), [100, 3]);
  });

  it('tells of a failed write again, and stops where it is not wanted', async () => {
    add('a');
    answer = 'notNow';
    write('a', 'Progress: 30%\n');
    await pass(500);
    answer = 'unwanted';
    await pass(4_000);
    assert.deepEqual(percents(), [30, 30]);
    assert.equal(clock.waiting, 0);
  });

  it('notes once that an expression took too long, and looks no more', async () => {
    add('a', { pattern: '^(?<message>(a+)+)$' });
    write('a', `${'a'.repeat(60)}!\n`);
    await pass(500);
    write('a', 'aaa\n');
    await pass(4_000);
    assert.deepEqual([notes.length, reported.length, clock.waiting], [1, 0, 0]);
  });

  it('does without a log that is not there', async () => {
    watch.add(ref('a'), join(folder, 'none.log'), null);
    await pass(500);
    await watch.finish(ref('a'), true);
    assert.deepEqual([reported, problems], [[], []]);
  });

  it('says what keeps it from looking, and looks again', async () => {
    const path = join(folder, 'folder');
    writeFileSync(path, '');
    watch.add(ref('a'), join(path, 'a.log'), null);
    await pass(500);
    assert.deepEqual([problems.length, clock.waiting], [1, 1]);
  });

  it('looks at no more than 32 jobs in one round', async () => {
    for (let n = 0; n < 40; n += 1) {
      add(`job${n}`);
      write(`job${n}`, 'Progress: 30%\n');
    }
    await pass(500);
    assert.equal(reported.length, 32);
    await pass(500);
    assert.equal(reported.length, 40);
  });
});
