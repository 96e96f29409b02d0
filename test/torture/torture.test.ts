import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { inMountNamespace } from './mountNamespace.ts';

const seed = 1;

describe('the daemon', () => {
  it('loses, repeats and leaks nothing in four torture rounds', async function () {
    this.timeout(600_000);
    const rounds = ['--seed', String(seed), '--rounds', '4'];
    const { command, args, env } = inMountNamespace([join(import.meta.dirname, 'run.ts'), ...rounds]);
    const { code, output } = await run(command, args, { cwd: root, env });
    assert.equal(code, 0, output);
    process.stdout.write(output.replaceAll(/^/gm, '    '));
  });
});
