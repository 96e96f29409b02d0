import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BootRecord, bootId, isSameBoot } from '../../../../../../daemon/engines/local/recovery/boot.ts';

describe('whether the machine was restarted', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-boot-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is known from an id that stays the same while it is up', () => {
    assert.equal(isSameBoot(bootId(), bootId()), true);
    assert.equal(isSameBoot(bootId('darwin'), bootId('darwin')), true);
  });

  it('is not concluded from a clock that was set a little', () => {
    const now = Date.now();

    assert.equal(isSameBoot(bootId('darwin', now), bootId('darwin', now + 20_000)), true);
    assert.equal(isSameBoot(bootId('darwin', now), bootId('darwin', now + 3_600_000)), false);
  });

  it('is assumed when nothing is recorded, or nothing that can be read', async () => {
    const file = join(folder, 'run', 'boot');
    assert.equal(await new BootRecord(file, 'one').isStale(), true);

    await new BootRecord(file, 'one').renew();
    assert.equal(await new BootRecord(file, 'one').isStale(), false);
    assert.equal(await new BootRecord(file, 'two').isStale(), true);

    writeFileSync(file, '');
    assert.equal(await new BootRecord(file, '').isStale(), true);
  });
});
