import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BootRecord } from '../../../../../../daemon/engines/local/recovery/boot.ts';
import { currentPlace } from '../../../../../../shared/client/place.ts';

describe('the record of where the last daemon ran', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-boot-'));
    file = join(folder, 'run', 'boot');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const place = currentPlace();

  it('counts its processes as gone if it is missing or unreadable', () => {
    assert.equal(new BootRecord(file).read().relation, 'gone');
    new BootRecord(file).renew();
    assert.equal(new BootRecord(file).read().relation, 'here');
    for (const text of ['', '{"boot":', '[]\n']) {
      writeFileSync(file, text);
      assert.equal(new BootRecord(file).read().relation, 'gone', text);
    }
  });

  it('names the machine or container', () => {
    new BootRecord(file, { ...place, machine: 'other', host: 'box' }).renew();
    assert.deepEqual(new BootRecord(file).read(), { relation: 'elsewhere', host: 'box' });
  });

  it('may be one of an earlier version, which has only the boot', () => {
    new BootRecord(file).renew();
    writeFileSync(file, `${place.boot}\n`);
    assert.equal(new BootRecord(file).read().relation, 'here');
    writeFileSync(file, 'another boot\n');
    assert.equal(new BootRecord(file).read().relation, 'gone');
  });

  it('is replaced as a whole', () => {
    new BootRecord(file).renew();
    new BootRecord(file, { ...place, boot: 'next' }).renew();
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).boot, 'next');
  });
});
