import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type DiskSettings, DiskWatch, type WatchedLog } from '../../../../daemon/disk/diskWatch.ts';
import { Warnings } from '../../../../daemon/warnings.ts';
import { ManualClock } from '../manualClock.ts';

const megabyte = 1024 ** 2;
const gigabyte = 1024 ** 3;

describe('the watch on the disk', () => {
  let folder: string;
  let clock: ManualClock;
  let warnings: Warnings;
  let running: WatchedLog[];
  let cuts: [string, string][];
  let cleaned: number;
  let freeBytes: number;
  let commit: () => void;
  let watch: DiskWatch;

  const open = (settings: Partial<DiskSettings> = {}) => {
    watch = new DiskWatch({
      folder,
      settings: { warnBytes: null, cutBytes: null, attemptLogBytes: 0, ...settings },
      clock,
      warnings,
      running: () => running,
      onJobsChanged: (listener) => {
        commit = listener;
        return () => {};
      },
      noteCut: async ({ jobId }, _bytes, reason) => void cuts.push([jobId, reason]),
      clean: async () => {
        cleaned += 1;
      },
      onProblem: (error) => assert.fail(String(error)),
      space: () => ({ freeBytes, totalBytes: 100 * gigabyte }),
    });
    return watch;
  };
  const log = (jobId: string, bytes: number): WatchedLog => {
    const path = join(folder, `${jobId}.log`);
    writeFileSync(path, Buffer.alloc(bytes, 'x'));
    return { jobId, attempt: 1, title: `Job ${jobId}`, path };
  };
  const codes = () => warnings.list().map(({ code }) => code);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-disk-'));
    clock = new ManualClock();
    warnings = new Warnings();
    [running, cuts, cleaned, freeBytes] = [[], [], 0, 50 * gigabyte];
  });
  afterEach(() => {
    watch.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has no timer while nothing runs', async () => {
    open().start();
    commit();
    assert.equal(clock.waiting, 0);
    running = [log('a', 10)];
    commit();
    assert.equal(clock.waiting, 1);
    running = [];
    await watch.check();
    watch.close();
    assert.equal(clock.waiting, 0);
  });

  it('warns with the log that grows, and takes the warning back', async () => {
    open();
    running = [log('large', 4 * megabyte), log('growing', 10)];
    freeBytes = 1.9 * gigabyte;
    await watch.check();
    running = [running[0] as WatchedLog, log('growing', 2 * megabyte)];
    freeBytes = 0.9 * gigabyte;
    await watch.check();
    const [warning] = warnings.list();
    assert.equal(warning?.code, 'DISK_LOW');
    assert.match(warning?.message ?? '', /: 966 MB are free/);
    assert.match(warning?.message ?? '', /“Job growing” grows and has 2\.1 MB: .*growing\.log/);
    assert.equal(cleaned, 2);
    assert.deepEqual(cuts, []);

    freeBytes = 3 * gigabyte;
    await watch.check();
    assert.deepEqual(codes(), []);
  });

  it('cuts the largest log when the disk is nearly full', async function () {
    if (process.platform !== 'linux') return this.skip();
    open();
    running = [log('small', megabyte), log('large', 40 * megabyte)];
    freeBytes = 100 * megabyte;
    await watch.check();
    assert.deepEqual(cuts, [['large', 'diskFull']]);
    assert.deepEqual(codes(), ['DISK_LOW', 'LOG_CUT']);
    assert.ok(statSync(join(folder, 'large.log')).blocks * 512 < 18 * megabyte);
  });

  it('cuts no log unless the settings allow it', async () => {
    open({ cutBytes: 0 });
    running = [log('large', 40 * megabyte)];
    freeBytes = 0;
    await watch.check();
    assert.deepEqual([cuts, codes()], [[], ['DISK_LOW']]);
  });

  it('keeps each log below a limit, with space left on the disk', async function () {
    if (process.platform !== 'linux') return this.skip();
    open({ attemptLogBytes: 8 * megabyte });
    running = [log('a', 7 * megabyte), log('b', 20 * megabyte)];
    await watch.check();
    assert.deepEqual(cuts, [['b', 'limit']]);
    assert.deepEqual(codes(), []);
    assert.ok(statSync(join(folder, 'b.log')).blocks * 512 < 6 * megabyte);
  });

  it('looks sooner, the faster the disk fills', async () => {
    open();
    running = [log('a', 10)];
    freeBytes = 10 * gigabyte;
    await watch.check();
    clock.pass(9_000);
    assert.equal(clock.waiting, 1);
    watch.close();
    open();
    freeBytes = 10 * gigabyte;
    await watch.check();
    watch.close();
  });
});
