import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { removeInfo, writeInfo } from '../../../../daemon/start/info.ts';

describe('daemon.json', () => {
  const info = { pid: 1, port: 2, token: 'mine', version: '1.0.0', protocol: 1, startedAt: '2026-01-01T00:00:00.000Z' };
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-info-'));
    file = join(folder, 'daemon.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is readable by its user only, and leaves no temporary file behind', () => {
    writeInfo(file, info);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), info);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['daemon.json']);
  });

  it('replaces the files that a killed daemon left behind', () => {
    writeFileSync(file, 'rubbish', { mode: 0o644 });
    writeFileSync(`${file}.new`, 'rubb', { mode: 0o644 });
    writeInfo(file, info);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is removed only by its own daemon', () => {
    writeInfo(file, info);
    removeInfo(file, { ...info, token: 'another' });
    assert(existsSync(file));
    removeInfo(file, info);
    assert(!existsSync(file));
    removeInfo(file, info);
  });

  it('makes the home unusable if it cannot be written', () => {
    assert.throws(() => writeInfo(join(file, 'x', 'daemon.json'), info), { code: 'HOME_UNUSABLE' });
  });
});
