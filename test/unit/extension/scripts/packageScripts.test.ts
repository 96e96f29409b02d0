import assert from 'node:assert/strict';
import { packageManagerOf, parseScripts, scriptCommand } from '../../../../extension/scripts/packageScripts.ts';

describe('the scripts of a package.json', () => {
  const text = '{\n  "name": "build",\n  "scripts": {\n    "build": "tsc",\n    "test": "mocha",\n    "odd": 1\n  }\n}';

  it('are read with their line', () => {
    assert.deepEqual(parseScripts(text), [
      { name: 'build', line: 'tsc', at: 3 },
      { name: 'test', line: 'mocha', at: 4 },
    ]);
  });

  it('are empty while the file can’t be parsed', () => {
    for (const broken of ['', '{', '[]', 'null', '{"scripts": []}', '{"scripts": "x"}']) {
      assert.deepEqual(parseScripts(broken), [], broken);
    }
  });

  it('are run by the package manager of the project', () => {
    assert.equal(packageManagerOf(text, ['package-lock.json']), 'npm');
    assert.equal(packageManagerOf(text, ['pnpm-lock.yaml']), 'pnpm');
    assert.equal(packageManagerOf('{"packageManager": "yarn@4.1.0"}', ['pnpm-lock.yaml']), 'yarn');
    assert.equal(packageManagerOf('{"packageManager": "unknown@1"}', []), 'npm');
  });

  it('are commands without a shell, except on Windows', () => {
    assert.deepEqual(scriptCommand('npm', 'a b', 'linux'), { argv: ['npm', 'run', 'a b'] });
    assert.deepEqual(scriptCommand('npm', 'a b', 'win32'), { shell: 'npm run "a b"' });
  });
});
