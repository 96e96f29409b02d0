import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FileLog } from '../../../daemon/log.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { ManualClock } from './manualClock.ts';

describe('daemon.log', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-log-'));
    file = join(folder, 'daemon.log');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lines = (from = file) =>
    readFileSync(from, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('contains one JSON object per line with time, level and context', () => {
    const log = new FileLog(file, new ManualClock());
    log.info('Two\nlines', { port: 1 });
    log.warning('Careful');
    assert.deepEqual(lines(), [
      { at: '1970-01-01T00:16:40.000Z', level: 'info', message: 'Two\nlines', pid: process.pid, port: 1 },
      { at: '1970-01-01T00:16:40.000Z', level: 'warning', message: 'Careful', pid: process.pid },
    ]);
  });

  it('records an error with code, stack and cause', () => {
    const error = new JobdeckError({ code: 'INTERNAL', message: 'Broken', hint: null });
    error.cause = new Error('the reason');
    new FileLog(file, new ManualClock()).error('A request failed.', error);
    const [line] = lines();
    assert.equal(line.level, 'error');
    assert.equal(line.error.code, 'INTERNAL');
    assert.match(line.error.stack, /log\.test\.ts/);
    assert.equal(line.error.cause.message, 'the reason');
  });

  it('is readable by its user only', () => {
    new FileLog(file, new ManualClock()).info('Secret');
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is rotated when it is full, so that there are at most two files', () => {
    const log = new FileLog(file, new ManualClock(), 1000);
    for (let n = 0; n < 100; n += 1) log.info('x'.repeat(50), { n });
    assert(statSync(file).size < 1200);
    assert(statSync(`${file}.1`).size < 1200);
    assert.equal(lines().at(-1).n, 99);
    assert.equal(lines()[0].n, lines(`${file}.1`).at(-1).n + 1);
  });

  it('survives write errors, and later records how many lines were lost', () => {
    rmSync(folder, { recursive: true });
    const log = new FileLog(file, new ManualClock());
    log.info('lost');
    log.info('lost, too');
    mkdirSync(folder);
    log.info('there again');
    log.info('as usual');
    assert.deepEqual(
      lines().map(({ message, linesLostBefore }) => [message, linesLostBefore]),
      [
        ['there again', 2],
        ['as usual', undefined],
      ],
    );
  });
});
