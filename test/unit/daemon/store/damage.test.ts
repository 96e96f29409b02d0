import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { LaunchTrace } from '../../../../daemon/store/damage.ts';
import { type Marker, MarkerKeeper, readMarker } from '../../../../daemon/store/marker.ts';
import { openStore } from '../../../../daemon/store/open.ts';
import { ManualClock } from '../manualClock.ts';
import { addJob, openTemporary, type Temporary } from './temporary.ts';

describe('damage of the database', () => {
  let bench: Temporary;
  let folder: string;
  let marker: string;
  let clock: ManualClock;
  beforeEach(() => {
    bench = openTemporary();
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-copies-'));
    marker = join(bench.folder, 'database.json');
    clock = new ManualClock();
  });
  afterEach(() => {
    bench.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const wal = () => `${bench.file}-wal`;
  const copy = (name: string) => join(folder, name);

  /** Adds a job and records the state, as half a minute later. */
  async function addRecorded(id: string): Promise<void> {
    await addJob(bench.store, { id });
    await keeper().save();
  }

  function keeper(): MarkerKeeper {
    return new MarkerKeeper({ file: marker, database: bench.file, store: bench.store, notice: null, clock });
  }

  /** Opens what another daemon finds, on copies, because this process still has the files open. */
  function found(
    change: (file: string) => void = () => {},
    known: Marker | null = readMarker(marker),
    launches: LaunchTrace[] = [],
  ) {
    // Each call needs its own, because the stores stay open.
    const file = copy(`jobs${bench.opened.length}.db`);
    for (const end of ['', '-wal']) copyFileSync(bench.file + end, file + end);
    change(file);
    const inode = statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
    const opened = openStore(file, bench.options, { marker: known && { ...known, inode }, hasTraces: false, launches });
    bench.opened.push(opened.store);
    return { ...opened, file };
  }

  it('is not seen in a database that is as it was, or that lost what was never recorded', async () => {
    await addRecorded('a');
    await addJob(bench.store, { id: 'later' });
    assert.equal(found().damage, null);
  });

  it('is seen in a database that lacks a launch, although its loss was never recorded', async () => {
    await addRecorded('a');
    await addRecorded('removed');
    await bench.store.write((tx) => {
      tx.updateJob('a', { attempt: 2 });
      for (const number of [1, 2]) tx.insertAttempt('a', { number, launch: 2, createdAt: 1_000, status: 'running' });
      tx.removeJob('removed');
    });
    const kind = (jobId: string, attempt: number, launch: number) =>
      found(() => {}, readMarker(marker), [{ jobId, attempt, launch }]).damage?.kind;
    assert.deepEqual(
      [kind('a', 1, 9), kind('a', 2, 1), kind('a', 2, 2), kind('removed', 1, 1)],
      Array(4).fill(undefined),
    );
    assert.deepEqual([kind('a', 2, 3), kind('a', 3, 1), kind('unknown', 1, 1)], Array(3).fill('older'));
  });

  it('is not seen in a new home, or one of an earlier version', async () => {
    await addJob(bench.store, { id: 'a' });
    assert.equal(found(() => {}, null).damage, null);
  });

  for (const [what, change] of [
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['is gone', (file: string) => rmSync(file)],
  ] as const) {
    it(`sets the log of a database aside that ${what}, and keeps the tokens of running jobs`, async () => {
      await addRecorded('a');
      const before = readFileSync(wal());
      const { store, damage } = found(change);
      assert.equal(damage?.kind, 'missing');
      assert.deepEqual(readFileSync(`${damage?.setAside}-wal`), before);
      assert.equal(store.job('a'), null);
      assert.notEqual(store.epoch, bench.store.epoch);
      assert.equal(store.jobTokenSecret(), bench.store.jobTokenSecret());
    });
  }

  it('is seen when the log is gone', async () => {
    await addRecorded('a');
    const { store, damage } = found((file) => rmSync(`${file}-wal`));
    // Nothing was checkpointed, not even the tables, so the file is as good as empty.
    assert.ok(damage !== null);
    assert.notEqual(store.epoch, bench.store.epoch);
  });

  it('is seen when later changes are gone, and what is there stays', async () => {
    await addRecorded('a');
    bench.store.close();
    copyFileSync(bench.file, copy('backup'));
    bench.reopen();
    await addRecorded('b');
    const { store, damage } = found((file) => {
      copyFileSync(copy('backup'), file);
      rmSync(`${file}-wal`);
    });
    assert.deepEqual(damage, { kind: 'older', setAside: null });
    assert.equal(store.job('a')?.id, 'a');
    assert.notEqual(store.epoch, bench.store.epoch);
  });

  it('is seen when the log is garbage, which is kept', async () => {
    await addRecorded('a');
    bench.store.close();
    bench.reopen();
    await addRecorded('b');
    const { store, damage } = found((file) => writeFileSync(`${file}-wal`, 'garbage'.repeat(1_000)));
    assert.equal(damage?.kind, 'older');
    assert.equal(readFileSync(damage?.setAside ?? '', 'utf8').slice(0, 7), 'garbage');
    assert.deepEqual([store.job('a')?.id, store.job('b')], ['a', null]);
  });

  it('is seen in the database of another home', async () => {
    await addRecorded('a');
    const other = openTemporary();
    await addJob(other.store, { id: 'other' });
    other.store.close();
    const { store, damage } = found((file) => {
      copyFileSync(other.file, file);
      rmSync(`${file}-wal`);
    });
    other.end();
    assert.deepEqual(damage, { kind: 'replaced', setAside: null });
    assert.equal(store.job('other')?.id, 'other');
  });

  it('makes a truncated database be set aside', async () => {
    for (let n = 0; n < 50; n += 1) await addJob(bench.store, { id: `job${n}`, title: 'x'.repeat(500) });
    await addRecorded('a');
    bench.store.close();
    bench.reopen();
    await addJob(bench.store, { id: 'b' });
    const { damage } = found((file) => {
      truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
      rmSync(`${file}-wal`);
    });
    assert.equal(damage?.kind, 'unreadable');
  });

  it('leaves a marker that can’t be read out of account', async () => {
    await addRecorded('a');
    writeFileSync(marker, '{');
    assert.equal(readMarker(marker), null);
    assert.equal(found().damage, null);
  });

  describe('the marker', () => {
    it('is written half a minute after a commit, and at the end', async () => {
      const kept = keeper();
      await kept.save();
      assert.equal(readMarker(marker)?.rev, 0);
      await addJob(bench.store, { id: 'a' });
      await addJob(bench.store, { id: 'b' });
      assert.equal(clock.waiting, 1);
      assert.equal(readMarker(marker)?.rev, 0);
      const record = kept.close();
      assert.equal(clock.waiting, 0);
      bench.store.close();
      record();
      assert.equal(readMarker(marker)?.rev, 2);
    });

    it('is private', async function () {
      if (process.platform === 'win32') return this.skip();
      await addRecorded('a');
      assert.equal(statSync(marker).mode & 0o777, 0o600);
    });
  });
});
