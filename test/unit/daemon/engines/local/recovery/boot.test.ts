import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BootRecord, bootId, isSameBoot } from '../../../../../../daemon/engines/local/recovery/boot.ts';

describe('detecting a restart of the machine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-boot-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('uses an ID that stays the same during a boot', () => {
    assert.equal(isSameBoot(bootId(), bootId()), true);
    assert.equal(isSameBoot(bootId('darwin'), bootId('darwin')), true);
  });

  it('ignores a small change of the clock', () => {
    const now = Date.now();

    assert.equal(isSameBoot(bootId('darwin', now), bootId('darwin', now + 20_000)), true);
    assert.equal(isSameBoot(bootId('darwin', now), bootId('darwin', now + 3_600_000)), false);
  });

  it('assumes a restart if the record is missing or unreadable', async () => {
    const file = join(folder, 'run', 'boot');
    assert.equal(await new BootRecord(file, 'one').isStale(), true);

    await new BootRecord(file, 'one').renew();
    assert.equal(await new BootRecord(file, 'one').isStale(), false);
    assert.equal(await new BootRecord(file, 'two').isStale(), true);

    writeFileSync(file, '');
    assert.equal(await new BootRecord(file, '').isStale(), true);
  });
});
