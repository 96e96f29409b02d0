import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { defaultConfig, readConfig } from '../../../../daemon/start/config.ts';
import { JobdeckError } from '../../../../shared/errors.ts';

describe('config.json', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-config-'));
    file = join(folder, 'config.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const refused = (text: string, message: RegExp) => {
    writeFileSync(file, text);
    assert.throws(
      () => readConfig(file),
      (error: unknown) => {
        assert(error instanceof JobdeckError);
        assert.equal(error.code, 'CONFIG_INVALID');
        assert(error.message.includes(file), 'the message names the file');
        assert.match(error.message, message);
        return true;
      },
    );
  };

  it('may be missing', () => assert.deepEqual(readConfig(file), defaultConfig));

  it('overrides only the settings it contains', () => {
    writeFileSync(file, '{"cancelGraceSeconds": 3}');
    assert.deepEqual(readConfig(file), { ...defaultConfig, cancelGraceSeconds: 3 });
  });

  it('may contain only part of the retention settings', () => {
    writeFileSync(file, '{"retention": {"days": 7}}');
    assert.deepEqual(readConfig(file).retention, { ...defaultConfig.retention, days: 7 });
  });

  it('is rejected with a negative number of days', () =>
    refused('{"retention": {"days": -1}}', /“retention.days” must be at least 0\./));

  it('may begin with a byte order mark, which some editors write', () => {
    writeFileSync(file, '\uFEFF{"port": 4000}');
    assert.equal(readConfig(file).port, 4000);
  });

  it('may have comments and trailing commas', () => {
    writeFileSync(file, '{\n  // For the firewall.\n  "port": 4000, /* fixed */\n}\n');
    assert.equal(readConfig(file).port, 4000);
  });

  it('is rejected if it is not JSON', () => refused('{port: 1}', /not valid JSON/));
  it('is rejected if it is not an object', () => refused('[]', /The file must be an object\./));
  it('is rejected with an unknown field', () => refused('{"prot": 1}', /“prot” is not a known field\./));
  it('is rejected with a value of the wrong type', () => refused('{"port": "80"}', /“port” must be a whole number\./));
  it('is rejected with a value out of range', () => refused('{"port": 65536}', /“port” must be at most 65535\./));

  it('is rejected if it cannot be read', () => {
    assert.throws(() => readConfig(folder), { code: 'CONFIG_INVALID' });
  });
});
