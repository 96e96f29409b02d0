/** Only the daemon's user can read its files, regardless of umask and existing permissions. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { launchDaemon, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

describe('the home of the daemon', function () {
  this.timeout(30_000);
  let home: string;
  let umask: number;
  let daemon: TestDaemon | null;

  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    home = makeHome();
    umask = process.umask();
    daemon = null;
  });
  afterEach(async () => {
    process.umask(umask);
    await daemon?.dispose();
  });

  /** Makes the daemon create every kind of file. */
  async function use(): Promise<void> {
    daemon = await startDaemon({ home });
    const { id } = await daemon.submit('echo done');
    await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const waits = await daemon.submit({ argv: ['cat'] }, { stdin: true });
    await daemon.waitForJob(waits.id, ({ status }) => status === 'running');
    const reported = await daemon.request('POST', '/v1/jobs/start', { title: 'Reported' });
    await daemon.request('POST', `/v1/jobs/${reported.body.job.id}/log`, { text: 'A line.\n' });
  }

  function modes(): Map<string, string> {
    const names = readdirSync(home, { recursive: true, encoding: 'utf8' });
    const mode = (path: string) => (lstatSync(path).mode & 0o777).toString(8);
    return new Map([['', mode(home)], ...names.map((name): [string, string] => [name, mode(join(home, name))])]);
  }

  function assertPrivate(): void {
    const found = modes();
    for (const name of [
      '',
      'daemon.json',
      'daemon.log',
      'jobs.db',
      'jobs.db-wal',
      'jobs.db-shm',
      'lock.db',
      'port',
      'bin',
    ])
      assert(found.has(name), `${name} does not exist.`);
    for (const part of ['logs/', 'run/', '/exit', '/pid', '/in', '.log'])
      assert(
        [...found.keys()].some((name) => name.includes(part)),
        `${part} does not exist.`,
      );
    for (const [name, mode] of found) {
      const isFolder = statSync(join(home, name)).isDirectory();
      // Created by the supervisor's shell with the job's umask, in a folder that is closed to others.
      if (name.endsWith('/pid')) assert.equal(mode, (0o666 & ~process.umask()).toString(8), name);
      else assert.equal(mode, isFolder || name === 'bin/jobdeck' ? '700' : '600', name);
    }
  }

  it('is closed to others, including all files in it', async () => {
    await use();
    assertPrivate();
  });

  it('is closed even with a permissive umask', async () => {
    process.umask(0);
    await use();
    assertPrivate();
  });

  it('is closed if it existed with open permissions, including its folders', async () => {
    process.umask(0);
    chmodSync(home, 0o777);
    for (const folder of ['logs', 'run', 'bin', 'spool']) mkdirSync(join(home, folder), { mode: 0o777 });
    writeFileSync(join(home, 'config.json'), '{}', { mode: 0o666 });
    for (const file of ['jobs.db', 'lock.db', 'daemon.json', 'daemon.log', 'port']) {
      writeFileSync(join(home, file), '', { mode: 0o666 });
    }
    await use();
    assertPrivate();
  });

  it('is never a shared folder', async () => {
    chmodSync(home, 0o1777);
    const launched = await launchDaemon(home);
    await launched.exited;
    assert('error' in launched.line, 'The daemon started.');
    assert.equal(launched.line.error.code, 'HOME_UNUSABLE');
    assert.match(launched.line.error.message, /shared with other users/);
    assert.match(launched.line.error.hint ?? '', /JOBDECK_HOME/);
    assert.equal(statSync(home).mode & 0o7777, 0o1777);
    assert.deepEqual(
      readdirSync(home).filter((name) => name !== 'daemon.log'),
      [],
    );
  });

  it('rejects files that belong to another user', async function () {
    // Only root can create such a file.
    if (process.getuid?.() !== 0) return this.skip();
    writeFileSync(join(home, 'jobs.json'), '{}', { mode: 0o600 });
    chownSync(join(home, 'jobs.json'), 12_345, 12_345);
    const launched = await launchDaemon(home);
    await launched.exited;
    assert('error' in launched.line, 'The daemon started.');
    assert.equal(launched.line.error.code, 'HOME_UNUSABLE');
    assert.match(launched.line.error.message, /jobs\.json belongs to another user/);
  });
});
