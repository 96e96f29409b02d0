/** The daemon writes to no file of another user and follows no link in its home. */
import assert from 'node:assert/strict';
import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { launchDaemon, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

describe('links in the home of the daemon', function () {
  this.timeout(60_000);
  let home: string;
  let elsewhere: string;
  let daemon: TestDaemon | null;

  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    home = makeHome();
    elsewhere = makeHome();
    daemon = null;
  });
  afterEach(async () => {
    await daemon?.dispose();
    for (const folder of [home, elsewhere]) rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a daemon that must refuse the home. Returns its message. */
  async function refusal(path = home): Promise<string> {
    const launched = await launchDaemon(path);
    await launched.exited;
    assert('error' in launched.line, 'The daemon started.');
    assert.equal(launched.line.error.code, 'HOME_UNUSABLE');
    return launched.line.error.message;
  }

  function victim(): string {
    const path = join(elsewhere, 'victim');
    writeFileSync(path, 'content', { mode: 0o644 });
    return path;
  }

  function assertUntouched(path: string): void {
    assert.equal(readFileSync(path, 'utf8'), 'content');
    assert.equal(statSync(path).mode & 0o777, 0o644);
  }

  for (const name of [
    'daemon.log',
    'daemon.log.1',
    'daemon.json',
    'port',
    'connections.json',
    'lock.db',
    'lock.json',
    'database.json',
    'reserve',
    'jobs.db',
    'jobs.db-wal',
    'jobs.db-shm',
    'jobs.db.suspect',
  ]) {
    it(`are refused in place of ${name}, and their targets stay as they are`, async () => {
      const file = victim();
      symlinkSync(file, join(home, name));
      assert.ok((await refusal()).includes(`${join(realpathSync(home), name)} is a link`));
      assertUntouched(file);
    });
  }

  for (const name of ['logs', 'run', 'bin', 'spool']) {
    it(`are refused in place of the folder ${name}`, async () => {
      mkdirSync(join(elsewhere, 'folder'), { mode: 0o755 });
      symlinkSync(join(elsewhere, 'folder'), join(home, name));
      assert.match(await refusal(), new RegExp(`${name} is a link`));
      assert.equal(statSync(join(elsewhere, 'folder')).mode & 0o777, 0o755);
    });
  }

  it('that lead nowhere are refused as well, and nothing is created there', async () => {
    symlinkSync(join(elsewhere, 'nothing'), join(home, 'daemon.log'));
    assert.match(await refusal(), /daemon\.log is a link/);
    assert.equal(lstatSync(join(elsewhere, 'nothing'), { throwIfNoEntry: false }), undefined);
  });

  it('are replaced where the daemon replaces files', async () => {
    const file = victim();
    mkdirSync(join(home, 'bin'));
    const names = ['daemon.json.new', 'lock.json.new', 'port.new', 'reserve.probe', 'bin/jobdeck', 'bin/jobdeck.new'];
    for (const name of names) symlinkSync(file, join(home, name));
    daemon = await startDaemon({ home });
    symlinkSync(file, join(home, 'database.json.new'));
    await daemon.stop();
    assert.ok(lstatSync(join(home, 'database.json')).isFile());
    assertUntouched(file);
  });

  it('may lead to the settings and definitions of the user', async () => {
    writeFileSync(join(elsewhere, 'config.json'), '{"staleMinutes": 5}');
    symlinkSync(join(elsewhere, 'config.json'), join(home, 'config.json'));
    daemon = await startDaemon({ home });
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('may lead to the home itself', async () => {
    const link = join(elsewhere, 'home');
    symlinkSync(home, link);
    daemon = await startDaemon({ home: link });
    const { id } = await daemon.submit('echo done');
    await daemon.waitForJob(id, ({ status }) => status === 'completed');
    assert.ok(lstatSync(join(home, 'daemon.json')).isFile());
  });

  it('are refused as second names of files elsewhere', async () => {
    for (const name of ['jobs.db', 'daemon.log', 'port']) {
      const file = victim();
      linkSync(file, join(home, name));
      assert.match(await refusal(), /can’t be used: it has several names/);
      assertUntouched(file);
      unlinkSync(join(home, name));
    }
  });

  it('to a home that does not exist are refused', async () => {
    symlinkSync(join(elsewhere, 'nothing'), join(elsewhere, 'home'));
    assert.match(await refusal(join(elsewhere, 'home')), /a link to a folder that does not exist/);
  });

  it('in place of a job’s log are not followed', async () => {
    const file = victim();
    daemon = await startDaemon({ home });
    const { body } = await daemon.request('POST', '/v1/jobs/start', { title: 'Reported' });
    const { id } = body.job;
    await daemon.request('POST', `/v1/jobs/${id}/log`, { text: 'line\n' });
    const log = join(home, 'logs', id, '1.log');
    unlinkSync(log);
    symlinkSync(file, log);
    const written = await daemon.request('POST', `/v1/jobs/${id}/log`, { text: 'line\n' });
    const read = await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`);
    assert.deepEqual([written.status, written.body.error.code], [409, 'LOG_UNUSABLE']);
    assert.deepEqual([read.status, read.body.error.code], [409, 'LOG_UNUSABLE']);
    assertUntouched(file);
  });

  describe('of another user', () => {
    before(function () {
      // Only root can create such files.
      if (process.getuid?.() !== 0) this.skip();
    });
    const other = 12_345;

    it('are refused, and so are folders', async () => {
      mkdirSync(join(home, 'run'));
      chownSync(join(home, 'run'), other, other);
      assert.match(await refusal(), /run belongs to another user/);
    });

    it('are not written to, not even the log of a failed start', async () => {
      chownSync(home, other, other);
      assert.match(await refusal(), /belongs to another user/);
      assert.equal(lstatSync(join(home, 'daemon.log'), { throwIfNoEntry: false }), undefined);
    });
  });
});
