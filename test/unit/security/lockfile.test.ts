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

  it('lists the builds of every platform, because npm ci fails otherwise', () => {
    // npm omits builds that it can't download when it writes the file.
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)));
    assert.deepEqual(missing, []);
  });

  it('keeps npm 10 from compiling better-sqlite3, which contains its binaries', () => {
    // npm 10 reads the package's own "gypfile": false only from here. `npm install` removes it, so it must be restored.
    assert.equal(packages['node_modules/better-sqlite3']?.gypfile, false);
  });
});
