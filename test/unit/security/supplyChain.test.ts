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

describe('the dependencies of Jobdeck', () => {
  const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const manifest = json('package.json');
  const packages: [string, Locked][] = Object.entries(json('package-lock.json').packages);

  it('are pinned to exact versions, and none is installed with it', () => {
    assert.equal(manifest.dependencies, undefined);
    assert.equal(manifest.optionalDependencies, undefined);
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      assert.match(String(version), /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
    }
  });

  it('have checksums that do not depend on the registry', () => {
    const others = packages.filter(([path]) => path !== '');
    assert(others.length > 100);
    for (const [path, { integrity, resolved, optional, os, cpu }] of others) {
      assert.equal(resolved, undefined, path);
      // npm writes no checksum for builds of other platforms, which it did not download.
      const isElsewhere = optional === true && (os !== undefined || cpu !== undefined) && integrity === undefined;
      if (!isElsewhere) assert.match(integrity ?? '', /^sha512-/, path);
    }
  });

  it('run no install scripts except the listed ones', () => {
    assert.deepEqual(Object.keys(manifest.allowScripts).toSorted(), ['@vscode/vsce-sign', 'esbuild', 'node']);
  });
});
