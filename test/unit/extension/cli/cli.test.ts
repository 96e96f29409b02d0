import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcherIn, writeLauncher } from '../../../../extension/cli/launcher.ts';
import { install, isOnPath, lookAt, pathCommand, uninstall, userPathIn } from '../../../../extension/cli/userPath.ts';

describe('the command jobdeck of the editor', () => {
  let folder: string;
  const script = () => join(folder, 'cli.js');
  const launcher = () => launcherIn(join(folder, 'jobdeck.jobdeck'), 'linux');
  const place = () => userPathIn(join(folder, 'home'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "jobdeck it's "));
    writeFileSync(script(), 'console.log("first", ...process.argv.slice(2))');
    writeLauncher(launcher(), script(), { platform: 'linux' });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (file: string) => execFileSync(file, ['a b'], { encoding: 'utf8' });

  it('runs the command line of the extension', () => {
    assert.equal(run(launcher().file), 'first a b\n');
  });

  it('is written only when it has changed', () => {
    const before = statSync(launcher().file).ino;
    writeLauncher(launcher(), script(), { platform: 'linux' });
    assert.equal(statSync(launcher().file).ino, before);
  });

  it('works from the user’s PATH, also after the extension moved to another folder', () => {
    assert.equal(lookAt(place()), 'free');
    install(place(), launcher().file);
    assert.equal(run(place().file), 'first a b\n');
    const next = join(folder, 'next.js');
    writeFileSync(next, 'console.log("next")');
    writeLauncher(launcher(), next, { platform: 'linux' });
    assert.equal(run(place().file), 'next\n');
  });

  it('replaces and removes its own link, also one of another editor', () => {
    install(place(), launcher().file);
    assert.equal(lookAt(place()), 'ours');
    const other = join(folder, 'other', 'jobdeck.jobdeck', 'bin', 'jobdeck');
    install(place(), other);
    assert.deepEqual([lookAt(place()), readlinkSync(place().file)], ['ours', other]);
    uninstall(place());
    assert.equal(lstatSync(place().file, { throwIfNoEntry: false }), undefined);
    assert.ok(statSync(launcher().file).isFile());
  });

  it('leaves a file of the user alone', () => {
    install(place(), script());
    assert.equal(lookAt(place()), 'foreign');
    rmSync(place().file);
    writeFileSync(place().file, 'mine');
    assert.equal(lookAt(place()), 'foreign');
  });
});

describe('the PATH of the user', () => {
  it('has the folder, with or without a slash at the end', () => {
    assert.ok(isOnPath('/home/a/.local/bin', '/usr/bin:/home/a/.local/bin/'));
    assert.ok(!isOnPath('/home/a/.local/bin', '/usr/bin:/home/a/.local/bin2'));
    assert.ok(!isOnPath('/home/a/.local/bin', undefined));
  });

  for (const [shell, command] of [
    ['/bin/bash', `echo 'export PATH="/h/.local/bin:$PATH"' >> ~/.bashrc`],
    ['/usr/bin/zsh', `echo 'export PATH="/h/.local/bin:$PATH"' >> ~/.zshrc`],
    ['/usr/bin/fish', "fish_add_path '/h/.local/bin'"],
    [undefined, `echo 'export PATH="/h/.local/bin:$PATH"' >> ~/.profile`],
  ] as const) {
    it(`is extended for ${shell ?? 'an unknown shell'}`, () =>
      assert.equal(pathCommand('/h/.local/bin', shell), command));
  }
});
