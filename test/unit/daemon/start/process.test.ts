import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';

const sources = resolve(import.meta.dirname, '../../../../daemon');
const url = (file: string) => JSON.stringify(pathToFileURL(join(sources, file)).href);

describe('the process of the daemon', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-process-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a script in a process that is set up like the daemon's. Returns its exit code, its output and its log. */
  function run(script: string) {
    const file = join(folder, 'daemon.log');
    const code = `
      import { FileLog } from ${url('log.ts')};
      import { systemClock } from ${url('clock.ts')};
      import { exitOnUncaughtErrors, quietOutput, printStartLine, toStartError } from ${url('start/process.ts')};
      const log = new FileLog(${JSON.stringify(file)}, systemClock);
      quietOutput(log);
      exitOnUncaughtErrors(log, (error) => printStartLine({ error: toStartError(error).toBody() }));
      setInterval(() => {}, 1000);
      ${script}`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { status, stdout, stderr, lines };
  }

  it('exits on an uncaught error, which it reports to a waiting client and logs with its stack', () => {
    const { status, stdout, stderr, lines } = run('setTimeout(() => { throw new TypeError("a defect"); });');
    assert.equal(status, 1);
    assert.equal(stderr, '');
    const { error } = JSON.parse(stdout);
    assert.equal(error.code, 'DAEMON_START_FAILED');
    assert.match(error.message, /could not start: a defect\.$/);
    assert.equal(lines[0].level, 'error');
    assert.equal(lines[0].error.name, 'TypeError');
    assert.match(lines[0].error.stack, /a defect\n +at /);
  });

  it('exits on an unhandled rejection', () => {
    const { status, lines } = run('void Promise.reject(new Error("forgotten"));');
    assert.equal(status, 1);
    assert.equal(lines[0].error.message, 'forgotten');
  });

  it('logs warnings of Node instead of printing them', () => {
    const { stderr, lines } = run('process.emitWarning("careful"); setImmediate(() => process.exit(0));');
    assert.equal(stderr, '');
    assert.deepEqual([lines[0].level, lines[0].message], ['warning', 'careful']);
  });
});
