import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { root } from '../../../tools/host/paths.ts';

interface Locked {
  integrity?: string;
  resolved?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
}

describe('what Jobdeck is made of', () => {
  const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const manifest = json('package.json');
  const packages: [string, Locked][] = Object.entries(json('package-lock.json').packages);

  it('is nothing that is installed with it, and exact versions', () => {
    assert.equal(manifest.dependencies, undefined);
    assert.equal(manifest.optionalDependencies, undefined);
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      assert.match(String(version), /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
    }
  });

  it('is known by checksums, whichever registry it comes from', () => {
    const others = packages.filter(([path]) => path !== '');
    assert(others.length > 100);
    for (const [path, { integrity, resolved, optional, os, cpu }] of others) {
      assert.equal(resolved, undefined, path);
      // npm writes none for builds of other platforms that it did not fetch.
      const isElsewhere = optional === true && (os !== undefined || cpu !== undefined) && integrity === undefined;
      if (!isElsewhere) assert.match(integrity ?? '', /^sha512-/, path);
    }
  });

  it('runs no scripts when it is installed but those that are named', () => {
    assert.deepEqual(Object.keys(manifest.allowScripts).toSorted(), ['@vscode/vsce-sign', 'esbuild', 'node']);
  });
});
