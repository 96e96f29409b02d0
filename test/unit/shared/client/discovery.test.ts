import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDaemonInfo, toDaemonInfo } from '../../../../shared/client/discovery.ts';
import { protocolVersion } from '../../../../shared/wire.ts';

const info = {
  pid: 4711,
  port: 40123,
  token: 'abc',
  version: '0.1.0',
  protocol: protocolVersion,
  startedAt: '2026-01-01T00:00:00.000Z',
};

describe('reading daemon.json', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-test-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const write = (text: string) => writeFileSync(join(home, 'daemon.json'), text);

  it('returns what a daemon wrote', async () => {
    write(JSON.stringify(info));
    assert.deepEqual(await readDaemonInfo(home), info);
  });

  it('omits unknown fields', async () => {
    write(JSON.stringify({ ...info, news: true }));
    assert.deepEqual(await readDaemonInfo(home), info);
  });

  it('returns null if the home or the file is missing', async () => {
    assert.equal(await readDaemonInfo(home), null);
    assert.equal(await readDaemonInfo(join(home, 'missing')), null);
  });

  it('returns null for a folder of that name', async () => {
    mkdirSync(join(home, 'daemon.json'));
    assert.equal(await readDaemonInfo(home), null);
  });

  for (const [what, text] of Object.entries({
    'an empty file': '',
    'an incomplete file': JSON.stringify(info).slice(0, 40),
    garbage: '\u0000\u0001garbage',
    'JSON that is not an object': '[1, 2]',
    null: 'null',
  })) {
    it(`returns null for ${what}`, async () => {
      write(text);
      assert.equal(await readDaemonInfo(home), null);
    });
  }

  for (const field of Object.keys(info)) {
    it(`returns null if ${field} is missing or has a different type`, () => {
      assert.equal(toDaemonInfo({ ...info, [field]: undefined }), null);
      assert.equal(toDaemonInfo({ ...info, [field]: {} }), null);
    });
  }

  it('returns null for an invalid port, and for a token that can’t be sent as a header', () => {
    assert.equal(toDaemonInfo({ ...info, port: 0 }), null);
    assert.equal(toDaemonInfo({ ...info, port: 70_000 }), null);
    assert.equal(toDaemonInfo({ ...info, token: 'a\r\nHost: b' }), null);
    assert.equal(toDaemonInfo({ ...info, token: '' }), null);
  });
});
