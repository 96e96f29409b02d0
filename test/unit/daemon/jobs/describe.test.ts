import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { newId, randomId } from '../../../../daemon/jobs/ids.ts';
import { defaultTitle, defaultType } from '../../../../daemon/jobs/submission/defaults.ts';

describe('the default title of a job', () => {
  it('is its command on one line, cut at 80 characters', () => {
    assert.equal(defaultTitle({ argv: ['npm', 'run', 'build'] }), 'npm run build');
    assert.equal(defaultTitle({ shell: ' cd src\n  make   all ' }), 'cd src make all');
    assert.equal(defaultTitle({ shell: 'x'.repeat(200) }).length, 80);
  });
});

describe('the default type of a job', () => {
  const types: [string[], string][] = [
    [['make', 'all'], 'make'],
    [['/usr/local/bin/terraform', 'apply'], 'terraform'],
    [['C:\\Tools\\build.exe'], 'build'],
    [['npm', 'run', 'build'], 'build'],
    [['npm', 'test'], 'test'],
    [['npm.cmd', 'run', 'lint', '--', '--fix'], 'lint'],
    [['pnpm', 'exec', 'vite', 'build'], 'vite'],
    [['npx', '--yes', 'tsc', '-p', '.'], 'tsc'],
    [['python3', 'jobs/train.py', '--epochs', '3'], 'train.py'],
    [['python3.12', '-m', 'pytest'], 'pytest'],
    [['node', 'scripts/index.js'], 'index.js'],
    [['bash', '-c', 'sleep 5; exit 3'], 'bash'],
    [['node'], 'node'],
    [['/'], '/'],
  ];
  for (const [argv, type] of types) {
    it(`is ${type} for ${argv.join(' ')}`, () => assert.equal(defaultType({ argv }), type));
  }

  it('is shell for a shell command', () => assert.equal(defaultType({ shell: 'make && make test' }), 'shell'));
});

describe('the ID of a job', () => {
  it('has ten characters that are hard to misread', () => {
    for (let n = 0; n < 100; n += 1) assert.match(randomId(), /^[0-9a-hjkmnp-tv-z]{10}$/);
  });

  it('is never one that is taken', () => {
    const drawn = ['taken', 'taken', 'free'];
    assert.equal(
      newId(
        (id) => id === 'taken',
        () => drawn.shift() ?? '',
      ),
      'free',
    );
  });
});
