import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { checkedProblem } from '../../../../../../daemon/engines/local/outcome/fileFacts.ts';
import { explain } from '../../../../../../shared/explain/explain.ts';

describe('an explanation, checked against the files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-facts-'));
    const script = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o755 });
    script('crlf.sh', '#!/bin/sh\r\necho hi\r\n');
    script('missing.sh', '#!/no/such/interpreter -x\necho hi\n');
    script('fine.sh', '#!/bin/sh\necho hi\n');
    script('binary', '\u007fELF');
    mkdirSync(join(folder, 'locked'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const checked = async (output: string, exitCode = 127) => {
    const problem = explain(output, { exitCode, signal: null, commandLine: 'x' });
    assert.ok(problem, output);
    const { code, variant, params } = await checkedProblem(problem, { cwd: folder, script: null });
    return [`${code}/${variant ?? ''}`, params?.script ?? params?.command ?? params?.path ?? null];
  };

  it('names line endings and missing interpreters of scripts that exist', async () => {
    assert.deepEqual(await checked('sh: 1: ./crlf.sh: not found'), ['COMMAND_NOT_FOUND/crlf', './crlf.sh']);
    assert.deepEqual(await checked('env: ‘./crlf.sh’: No such file or directory'), [
      'COMMAND_NOT_FOUND/crlf',
      './crlf.sh',
    ]);
    const bash = 'bash: line 1: ./missing.sh: cannot execute: required file not found';
    assert.deepEqual(await checked(bash), ['COMMAND_NOT_FOUND/interpreter', './missing.sh']);
    const python = "FileNotFoundError: [Errno 2] No such file or directory: './missing.sh'";
    assert.deepEqual(await checked(python, 1), ['COMMAND_NOT_FOUND/interpreter', './missing.sh']);
    assert.deepEqual(await checked('sh: 1: ./binary: not found'), ['COMMAND_NOT_FOUND/cannotRun', './binary']);
    assert.deepEqual(await checked('sh: 1: ./gone.sh: not found'), ['COMMAND_NOT_FOUND/inOutput', './gone.sh']);
  });

  it('does not name a file that is there as missing', async () => {
    assert.deepEqual(await checked('cat: fine.sh: No such file or directory', 1), ['FILE_NOT_FOUND/unnamed', null]);
    assert.deepEqual(await checked('cat: gone: No such file or directory', 1), ['FILE_NOT_FOUND/', 'gone']);
  });

  it('names a path without permission only if it is there, or its folder', async () => {
    assert.deepEqual(await checked('cat: locked: Permission denied', 1), ['PERMISSION_DENIED/path', 'locked']);
    assert.deepEqual(await checked('cat: a/b: Permission denied', 1), ['PERMISSION_DENIED/unnamed', null]);
    const inFolder = await checkedProblem(
      explain("touch: cannot touch 'locked/x y': Permission denied", {
        exitCode: 1,
        signal: null,
        commandLine: '',
      }) ?? assert.fail(),
      { cwd: folder, script: null },
    );
    assert.match(inFolder.hint ?? '', /ls -ld -- locked\./);
  });

  it('does not wait for a file that can’t be read', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const problem = { code: 'EXIT_CODE', message: '', hint: null };
    for (const script of ['./pipe', './locked', './gone', './fine.sh']) {
      assert.equal(await checkedProblem(problem, { cwd: folder, script }), problem);
    }
    assert.equal((await checkedProblem(problem, { cwd: folder, script: './crlf.sh' })).variant, 'crlf');
  });
});
