import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { UserPaths } from '../../../../daemon/files/userPaths.ts';
import { FileRefused } from '../../../../shared/files/fileRefused.ts';
import { ManualClock } from '../manualClock.ts';

describe('access to paths of users', () => {
  let clock: ManualClock;
  let paths: UserPaths;
  beforeEach(() => {
    clock = new ManualClock();
    const mountOf = (path: string) => (path.startsWith('/net/') ? '/net' : null);
    paths = new UserPaths({ clock, limits: { all: 3, background: 1 }, mountOf });
  });

  /** An access that returns when the test says so. */
  function pending(folder: string, background = false) {
    let finish = () => {};
    let started = false;
    const result = paths.access(
      folder,
      () => {
        started = true;
        return new Promise<string>((resolve) => {
          finish = () => resolve('read');
        });
      },
      { background },
    );
    result.catch(() => undefined);
    return { result, finish: () => finish(), started: () => started };
  }

  const refused = (result: Promise<unknown>) =>
    assert.rejects(result, (error) => error instanceof FileRefused && error.reason.code === 'file.notResponding');

  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  it('returns the result, or the error', async () => {
    assert.equal(await paths.access('/a', async () => 1), 1);
    await assert.rejects(
      paths.access('/a', () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(paths.isBusy, false);
  });

  it('gives up after the time limit, and refuses the folder until the access returns', async () => {
    const dead = pending('/dead');
    clock.pass(5_000);
    await refused(dead.result);
    await refused(paths.access('/dead', async () => 'not called'));
    assert.equal(paths.isBusy, true);
    dead.finish();
    await settled();
    assert.equal(await paths.access('/dead', async () => 'back'), 'back');
  });

  it('has one access per folder at a time', async () => {
    const first = pending('/a');
    const second = pending('/a');
    await settled();
    assert.deepEqual([first.started(), second.started()], [true, false]);
    first.finish();
    await settled();
    assert.equal(second.started(), true);
    second.finish();
    assert.equal(await second.result, 'read');
  });

  it('lets many accesses wait for a folder that responds, however long they wait together', async () => {
    const all = Array.from({ length: 10 }, () => pending('/a'));
    for (const { finish } of all) {
      clock.pass(2_000);
      finish();
      await settled();
    }
    assert.deepEqual(
      await Promise.all(all.map(({ result }) => result)),
      all.map(() => 'read'),
    );
  });

  it('has settled only when those that waited for a folder have returned too', async () => {
    const [first, second] = [pending('/a'), pending('/a')];
    let isSettled = false;
    void paths.settled().then(() => {
      isSettled = true;
    });
    first.finish();
    await settled();
    assert.deepEqual([isSettled, paths.isBusy], [false, true]);
    second.finish();
    await settled();
    assert.deepEqual([isSettled, paths.isBusy], [true, false]);
  });

  it('continues with other folders while one does not respond', async () => {
    const dead = pending('/dead');
    assert.equal(await paths.access('/a', async () => 1), 1);
    clock.pass(5_000);
    await refused(dead.result);
    assert.equal(await paths.access('/a', async () => 2), 2);
  });

  it('refuses the whole network drive of a folder that does not respond', async () => {
    const dead = pending('/net/a');
    clock.pass(5_000);
    await refused(dead.result);
    const other = pending('/net/b');
    await refused(other.result);
    assert.equal(other.started(), false);
  });

  it('never has more accesses than allowed, and refuses those that wait too long', async () => {
    const dead = ['/a', '/b', '/c'].map((folder) => pending(folder));
    const waiting = pending('/d');
    await settled();
    assert.equal(waiting.started(), false);
    clock.pass(5_000);
    for (const { result } of [...dead, waiting]) await refused(result);
    dead[0]?.finish();
    await settled();
    assert.equal(await paths.access('/d', async () => 1), 1);
  });

  it('has fewer accesses in the background', async () => {
    const [first, second] = [pending('/a', true), pending('/b', true)];
    assert.equal(await paths.access('/c', async () => 1), 1);
    assert.deepEqual([first.started(), second.started()], [true, false]);
  });
});
