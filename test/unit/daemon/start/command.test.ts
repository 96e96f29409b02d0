import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCommand } from '../../../../daemon/start/command.ts';

describe('the command jobdeck for jobs', () => {
  let folder: string;
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => problems.push(error);
  beforeEach(() => {
    // A name that a shell would split.
    folder = mkdtempSync(join(tmpdir(), "jobdeck it's $HOME "));
    problems.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('runs the command line with the Node of the daemon and passes arguments on unchanged', () => {
    const script = join(folder, 'cli.js');
    writeFileSync(script, 'console.log(JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE]))');
    const bin = join(folder, 'bin');
    writeCommand(bin, { program: process.execPath, script }, onProblem, 'linux');
    // The next daemon writes it again.
    writeCommand(bin, { program: process.execPath, script }, onProblem, 'linux');
    const said = execFileSync(join(bin, 'jobdeck'), ['a b', '$HOME', "it's", ''], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(said), [['a b', '$HOME', "it's", ''], '1']);
    assert.deepEqual(readdirSync(bin), ['jobdeck']);
    assert.deepEqual([statSync(bin).mode & 0o777, problems], [0o700, []]);
  });

  it('is a batch file on Windows', () => {
    writeCommand(folder, { program: 'C:\\Node\\node.exe', script: 'C:\\100%\\cli.js' }, onProblem, 'win32');
    const text = readFileSync(join(folder, 'jobdeck.cmd'), 'utf8');
    assert.match(text, /^@echo off\r\nsetlocal\r\n/);
    assert.match(text, /\r\n"C:\\Node\\node\.exe" "C:\\100%%\\cli\.js" %\*\r\n$/);
  });

  it('does not prevent the daemon from starting if it can’t be written, which is logged', () => {
    writeFileSync(join(folder, 'file'), '');
    writeCommand(join(folder, 'file'), { program: 'node', script: 'cli.js' }, onProblem);
    assert.equal(problems.length, 1);
  });
});
