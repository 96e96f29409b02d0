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
          notes.push(reason.message);
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
  /** Lets time pass, and waits for the reads that are due then: without a timer, a read is in progress. */
  async function pass(ms: number): Promise<void> {
    clock.pass(ms);
    await watch.idle();
  }

  it('reports progress at most twice a second', async () => {
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

  it('continues within seconds after the clock is set back', async () => {
    add('a');
    add('b');
    await pass(500);
    clock.jump(-3_600_000);
    write('b', 'Progress: 20%\n');
    watch.remove(ref('a'));
    await pass(4_000);
    assert.deepEqual(percents(), [20]);
  });

  it('has a timer only while it watches an attempt', () => {
    assert.equal(clock.waiting, 0);
    add('a');
    add('b');
    add('off', false);
    assert.equal(clock.waiting, 1);
    watch.remove(ref('a'));
    watch.remove(ref('b'));
    assert.equal(clock.waiting, 0);
  });

  it('reads quiet output less and less often, and frequently again when it grows', async () => {
    add('a');
    for (let reads = 0; reads < 6; reads += 1) await pass(4_000);
    write('a', 'Progress: 20%\n');
    await pass(4_000);
    assert.deepEqual(percents(), [20]);
    write('a', 'Progress: 40%\n');
    await pass(500);
    assert.deepEqual(percents(), [20, 40]);
  });

  it('reports only visible changes', async () => {
    add('a');
    for (const percent of ['20.0', '20.4', '20.9', '21.0']) {
      write('a', `Progress: ${percent}%\n`);
      await pass(500);
    }
    assert.deepEqual(percents(), [20, 21]);
  });

  it('uses the last line as soon as it looks complete', async () => {
    add('a');
    write('a', 'Step 3/7');
    await pass(500);
    assert.deepEqual(percents(), []);
    write('a', '0: link');
    await pass(500);
    assert.deepEqual(reported.at(-1)?.progress, { current: 3, total: 70, message: 'link', phase: null });
  });

  it('reads only the end of a large amount of new output', async () => {
    add('a');
    write('a', `Progress: 90%\n${'x'.repeat(99)}\n`.repeat(2_000));
    write('a', `${'y'.repeat(99)}\n`.repeat(170));
    await pass(500);
    assert.deepEqual(percents(), []);
    write('a', 'Progress: 12%\n');
    await pass(500);
    assert.deepEqual(percents(), [12]);
  });

  it('starts again when the log is truncated', async () => {
    add('a');
    write('a', 'Progress: 30%\nsomething more\n');
    await pass(500);
    truncateSync(log('a'));
    write('a', 'Progress: 31%\n');
    await pass(500);
    assert.deepEqual(percents(), [30, 31]);
  });

  it('reads the rest of the output when the job ends', async () => {
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

  it('reports 100% for a completed job even if its last percentage was lower', async () => {
    add('a');
    add('b');
    write('a', 'Progress: 79%\n');
    write('b', '[2/10] one\n[3/10] two\n');
    await watch.finish(ref('a'), true);
    await watch.finish(ref('b'), true);
    assert.deepEqual(percents(), [100, 3]);
  });

  it('does not complete a count that has stopped early, even if it is one of 100', async () => {
    for (const id of ['a', 'b', 'c', 'd']) add(id);
    write('a', '[36/100] one\n[37/100] two\n');
    write('b', '\r 37%|███▋      | 37/100 [00:01<00:02, 3.2it/s]');
    write('c', '[95/100] one\n[96/100] two\n');
    write('d', '[98/100] one\n[99/100] two\n');
    for (const id of ['a', 'b', 'c', 'd']) await watch.finish(ref(id), true);
    assert.deepEqual(percents(), [37, 37, 96, 100]);
  });

  it('repeats a report that could not be written, and stops when progress is not wanted', async () => {
    add('a');
    answer = 'notNow';
    write('a', 'Progress: 30%\n');
    await pass(500);
    answer = 'unwanted';
    await pass(4_000);
    assert.deepEqual(percents(), [30, 30]);
    assert.equal(clock.waiting, 0);
  });

  it('reports once that a pattern took too long, and stops reading', async () => {
    add('a', { pattern: '^(?<message>(a+)+)$' });
    write('a', `${'a'.repeat(60)}!\n`);
    await pass(500);
    write('a', 'aaa\n');
    await pass(4_000);
    assert.deepEqual([notes.length, reported.length, clock.waiting], [1, 0, 0]);
  });

  it('ignores a missing log', async () => {
    watch.add(ref('a'), join(folder, 'none.log'), null);
    await pass(500);
    await watch.finish(ref('a'), true);
    assert.deepEqual([reported, problems], [[], []]);
  });

  it('reports a read error, and tries again', async () => {
    const path = join(folder, 'folder');
    writeFileSync(path, '');
    watch.add(ref('a'), join(path, 'a.log'), null);
    await pass(500);
    assert.deepEqual([problems.length, clock.waiting], [1, 1]);
  });

  it('reads the output of at most 32 jobs in one round', async () => {
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
