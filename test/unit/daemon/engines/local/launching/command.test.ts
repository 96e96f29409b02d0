import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { argumentsOf } from '../../../../../../daemon/engines/local/launching/command.ts';
import { findProgram } from '../../../../../../daemon/engines/local/launching/program.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'jobdeck-command-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function program(name: string, mode = 0o755): string {
  const path = join(cwd, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

describe('the arguments of a command', () => {
  const on = (platform: NodeJS.Platform, env: Record<string, string> = {}) => ({ env, cwd, platform });

  it('are those of an argv command', async () => {
    assert.deepEqual(await argumentsOf({ argv: ['make', '-j', '4'] }, on('linux')), ['make', '-j', '4']);
  });

  it("are the submitter's shell and the line", async () => {
    const zsh = program('zsh');

    assert.deepEqual(await argumentsOf({ shell: 'a && b' }, on('linux', { SHELL: zsh })), [zsh, '-c', 'a && b']);
  });

  it("are /bin/sh and the line if the submitter's shell is not a POSIX shell, does not exist or is not set", async () => {
    const fish = program('fish');
    for (const SHELL of [fish, join(cwd, 'bash'), 'bash', '', program('ksh', 0o644)]) {
      assert.deepEqual(await argumentsOf({ shell: 'a' }, on('darwin', { SHELL })), ['/bin/sh', '-c', 'a'], SHELL);
    }
    assert.deepEqual(await argumentsOf({ shell: 'a' }, on('linux')), ['/bin/sh', '-c', 'a']);
  });

  it('are cmd.exe and the unchanged line on Windows', async () => {
    assert.deepEqual(await argumentsOf({ shell: 'dir "a b"' }, on('win32', { ComSpec: 'C:\\cmd.exe' })), [
      'C:\\cmd.exe',
      '/d',
      '/s',
      '/c',
      '"dir "a b""',
    ]);
  });

  it('begin with a path if the name of the program begins with a dash, so that it is not treated as an option', async () => {
    const path = program('bin/-run');
    const env = { PATH: join(cwd, 'bin') };

    assert.deepEqual(await argumentsOf({ argv: ['-run', '-x'] }, on('linux', env)), [path, '-x']);
    assert.deepEqual(await argumentsOf({ argv: ['-none'] }, on('linux', env)), [join(cwd, 'bin', '-none')]);
  });
});

describe('finding a program', () => {
  it('searches the folders of PATH in order, and the current folder for an empty entry', async () => {
    const first = program('one/tool');
    program('two/tool');
    const here = program('here');

    const path = `${join(cwd, 'none')}:${join(cwd, 'one')}::${join(cwd, 'two')}`;
    assert.deepEqual(await findProgram('tool', cwd, path), { path: first, executable: true });
    assert.deepEqual(await findProgram('here', cwd, path), { path: here, executable: true });
    assert.equal(await findProgram('none', cwd, path), null);
    assert.equal(await findProgram('', cwd, path), null);
  });

  it('resolves a name with a slash from the current folder', async () => {
    const path = program('bin/tool');

    assert.deepEqual(await findProgram('./bin/tool', cwd, ''), { path, executable: true });
    assert.deepEqual(await findProgram(path, '/', ''), { path, executable: true });
  });

  it('prefers an executable file to one that is not executable', async () => {
    program('one/tool', 0o644);
    const path = program('two/tool');

    assert.deepEqual(await findProgram('tool', cwd, `${join(cwd, 'one')}:${join(cwd, 'two')}`), {
      path,
      executable: true,
    });
  });

  it('reports files and folders that exist but are not executable', async () => {
    const path = program('tool', 0o644);
    mkdirSync(join(cwd, 'folder'));
    symlinkSync('nowhere', join(cwd, 'broken'));

    assert.deepEqual(await findProgram('./tool', cwd), { path, executable: false });
    assert.deepEqual(await findProgram('./folder', cwd), { path: join(cwd, 'folder'), executable: false });
    assert.equal(await findProgram('./broken', cwd), null);
  });
});
