import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { AttemptLogs } from '../../../../daemon/logs/files.ts';
import { JobdeckError } from '../../../../shared/errors.ts';

describe('log files', () => {
  let root: string;
  let logs: AttemptLogs;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobdeck-logs-'));
    logs = new AttemptLogs(join(root, 'logs'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(attempt: number, text: string): void {
    const file = logs.open('job1', attempt);
    writeFileSync(file, text);
    closeSync(file);
  }

  it('are separate for each attempt of a job', () => {
    assert.equal(logs.path('job1', 2), join(root, 'logs', 'job1', '2.log'));
  });

  it('are opened for appending, so that earlier output is not lost', () => {
    write(1, 'one\n');
    write(1, 'two\n');

    assert.equal(readFileSync(logs.path('job1', 1), 'utf8'), 'one\ntwo\n');
  });

  it('are readable by their user only', () => {
    write(1, 'secret');

    assert.equal(statSync(logs.path('job1', 1)).mode & 0o777, 0o600);
    assert.equal(statSync(join(root, 'logs', 'job1')).mode & 0o777, 0o700);
    assert.equal(statSync(join(root, 'logs')).mode & 0o777, 0o700);
  });

  it('have a size, or null if they do not exist', () => {
    write(1, 'four');

    assert.equal(logs.size('job1', 1), 4);
    assert.equal(logs.size('job1', 2), null);
    assert.equal(logs.size('job2', 1), null);
  });

  it('are removed for one job without affecting others', async () => {
    write(1, 'x');
    write(2, 'x');
    closeSync(logs.open('job2', 1));

    await logs.remove('job1');
    await logs.remove('never-there');

    assert.equal(existsSync(join(root, 'logs', 'job1')), false);
    assert.equal(logs.size('job2', 1), 0);
  });

  it('are not removed through a link, neither to a folder nor inside of theirs', async () => {
    const foreign = join(root, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, '1.log'), '');
    write(1, 'x');
    symlinkSync(foreign, join(root, 'logs', 'job1', 'inside'));
    symlinkSync(foreign, join(root, 'logs', 'job2'));

    await logs.remove('job1');
    await logs.remove('job2');

    assert.deepEqual(readdirSync(join(root, 'logs')), []);
    assert.ok(existsSync(join(foreign, '1.log')));
  });

  it('reject an ID that leads out of their folder', () => {
    for (const id of ['..', 'a/b', '', 'a\\b', 'x\0']) assert.throws(() => logs.path(id, 1), JobdeckError);
  });
});
