import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../tools/host/paths.ts';

interface LockedPackage {
  optionalDependencies?: Record<string, string>;
  gypfile?: boolean;
}

describe('package-lock.json', () => {
  const packages: Record<string, LockedPackage> = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  ).packages;

  it('names the builds of every platform, without which npm ci refuses it', () => {
    // npm leaves out those it can't get when it writes the file.
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)));
    assert.deepEqual(missing, []);
  });

  it('keeps npm 10 from compiling better-sqlite3, which brings its binaries', () => {
    // npm 10 reads the package's own "gypfile": false only from here. `npm install` drops it: put it back.
    assert.equal(packages['node_modules/better-sqlite3']?.gypfile, false);
  });
});
