import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeCacheIn } from '../../../../shared/client/codeCache.ts';
import { version } from '../../../../shared/version.ts';

describe('the compiled code of the command line', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is in the daemon’s home, by version', () => {
    assert.equal(
      codeCacheIn(() => home),
      join(home, 'cache', version),
    );
  });

  it('is not kept before there is a home', () => {
    assert.equal(
      codeCacheIn(() => join(home, 'none')),
      null,
    );
  });

  it('is not kept where the home can’t be', () => {
    writeFileSync(join(home, 'file'), '');
    assert.equal(
      codeCacheIn(() => join(home, 'file', 'home')),
      null,
    );
    assert.equal(
      codeCacheIn(() => assert.fail('The current working directory has been deleted.')),
      null,
    );
  });

  it('is not kept where others can write', () => {
    chmodSync(home, 0o770);
    assert.equal(
      codeCacheIn(() => home),
      null,
    );
    chmodSync(home, 0o700);
    symlinkSync(home, join(home, 'link'));
    assert.equal(
      codeCacheIn(() => join(home, 'link')),
      null,
    );
  });
});
