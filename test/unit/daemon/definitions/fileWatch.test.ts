import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { warnAbout } from '../../../../daemon/definitions/fileWarnings.ts';
import { FileWatch, slowLookMs } from '../../../../daemon/definitions/fileWatch.ts';
import { Warnings } from '../../../../daemon/warnings.ts';
import { ManualClock } from '../manualClock.ts';

describe('a file whose folder can’t be watched', () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;
  let file: FileWatch;
  let changes = 0;
  let problems: unknown[] = [];
  let fails = true;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-watch-'));
    path = join(folder, 'jobs.json');
    clock = new ManualClock();
    [changes, problems, fails] = [0, [], true];
    const watchFolder = ((...args: Parameters<typeof watch>) => {
      if (fails)
        throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
      return watch(...args);
    }) as typeof watch;
    file = new FileWatch({
      path,
      clock,
      watchFolder,
      onChange: () => (changes += 1),
      onWatching: (problem) => problems.push(problem),
    });
    await file.ready;
  });
  afterEach(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });

  it('is looked at now and then, and created, changed, replaced or deleted files are noticed', async () => {
    const look = async () => {
      clock.pass(slowLookMs);
      await file.ready;
      return changes;
    };
    assert.equal(await look(), 0);
    writeFileSync(path, '{}');
    assert.equal(await look(), 1);
    assert.equal(await look(), 1);
    writeFileSync(path, '[]');
    assert.equal(await look(), 2);
    rmSync(path);
    assert.equal(await look(), 3);
    assert.equal(clock.waiting, 1);
  });

  it('causes a warning with a hint until it can be watched', async () => {
    const warnings = new Warnings();
    const warn = () =>
      warnAbout([{ path, problems: [], pending: null, unsaved: null, watchProblem: file.problem }], warnings);
    warn();
    const [warning] = warnings.list();
    assert.equal(warning?.code, 'FILE_WATCH_FAILED');
    assert.match(warning?.message ?? '', /noticed up to 30 s late.*ENOSPC/);
    assert.match(warning?.hint ?? '', /max_user_watches/);
    fails = false;
    writeFileSync(path, '{}');
    clock.pass(slowLookMs);
    await file.ready;
    assert.deepEqual([changes, file.problem, clock.waiting], [1, null, 0]);
    assert.deepEqual(problems.at(-1), null);
    warn();
    assert.deepEqual(warnings.list(), []);
  });
});
