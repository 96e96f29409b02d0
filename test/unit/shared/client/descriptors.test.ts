import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { describe, it } from 'mocha';
import { inheritableDescriptors, withoutDescriptors } from '../../../../shared/client/descriptors.ts';

const printOpen = { program: 'sh', args: ['-c', 'ls /proc/$$/fd'] };

describe('inherited descriptors', () => {
  before(function () {
    if (!existsSync('/proc/self/fdinfo')) this.skip();
  });

  it('are closed for a program, whatever their number', () => {
    const { program, args } = withoutDescriptors(printOpen, 'darwin');
    const fd = openSync(devNull, 'r');
    const stdio = Array.from({ length: 101 }, (_, n) => ([3, 9, 10, 100].includes(n) ? fd : ('ignore' as const)));
    const { stdout } = spawnSync(program, args, { stdio: stdio.with(1, 'pipe' as never), encoding: 'utf8' });
    closeSync(fd);

    assert.equal(stdout, '0\n1\n2\n');
  });

  it('do not change the program’s arguments and environment', () => {
    const { program, args } = withoutDescriptors({ program: 'printf', args: ['[%s]', '', '$x *', "'"] }, 'darwin');
    const shown = withoutDescriptors({ program: 'env', args: [] }, 'darwin');
    const env = { PATH: process.env.PATH, 'BASH_FUNC_f%%': '() { :; }', SHLVL: '1' };

    assert.equal(spawnSync(program, args, { encoding: 'utf8' }).stdout, "[][$x *][']");
    const { stdout } = spawnSync(shown.program, shown.args, { env, encoding: 'utf8' });
    assert.doesNotMatch(stdout, /jobdeck_fd/);
    assert.match(stdout, /^BASH_FUNC_f%%/m);
  });

  it('are not looked for where there are none', () => {
    if (inheritableDescriptors().length > 0) return;
    assert.equal(withoutDescriptors(printOpen), printOpen);
    assert.equal(withoutDescriptors(printOpen, 'win32'), printOpen);
  });
});
