import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchesSince } from '../../../../daemon/start/openJobs.ts';

describe('the launches that a database must know', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('are those whose run folders are not older than the marker', () => {
    const marker = join(home, 'database.json');
    const names = ['0123456789.1.1', '0123456789.2.1'];
    for (const name of names) mkdirSync(join(home, 'run', name), { recursive: true });
    writeFileSync(join(home, 'run', 'boot'), '');
    assert.equal(launchesSince(join(home, 'run'), marker).length, 2, 'without a marker');
    writeFileSync(marker, '');
    utimesSync(marker, 1_000, 1_000);
    utimesSync(join(home, 'run', '0123456789.1.1'), 999, 999);
    const recent = launchesSince(join(home, 'run'), marker);
    assert.deepEqual(
      recent.map(({ attempt }) => attempt),
      [2],
    );
  });

  it('are none without run folders', () => {
    assert.deepEqual(launchesSince(join(home, 'run'), join(home, 'database.json')), []);
  });
});
