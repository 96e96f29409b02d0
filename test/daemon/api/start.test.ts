import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ErrorBody } from '../../../shared/errors.ts';
import { daemonBundle, launchDaemon, makeHome, type StartOptions, startDaemon, type TestDaemon } from '../harness.ts';
import { FeedClient } from './feedClient.ts';

describe('the daemon starts', function () {
  this.timeout(30_000);
  let home: string;
  let daemons: TestDaemon[];

  beforeEach(() => {
    home = makeHome();
    daemons = [];
  });
  afterEach(async () => {
    for (const daemon of daemons) await daemon.dispose();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = async (options: StartOptions = {}) => {
    const daemon = await startDaemon({ home, ...options });
    daemons.push(daemon);
    return daemon;
  };

  /** The error with which the daemon fails to start. It must exit with 1. */
  const refusal = async (where = home, options: StartOptions = {}): Promise<ErrorBody> => {
    const { line, exited } = await launchDaemon(where, options);
    assert('error' in line, `The daemon started: ${JSON.stringify(line)}`);
    assert.deepEqual(await exited, { code: 1, signal: null });
    assert.match(line.error.message, /\.$/);
    return line.error;
  };

  it('and publishes its address in its start line and in daemon.json, which only its user can read', async () => {
    const daemon = await start();
    const { info } = daemon;
    const file = join(home, 'daemon.json');
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), info);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(Object.keys(info).sort(), ['pid', 'port', 'protocol', 'startedAt', 'token', 'version']);
    assert(info.token.length >= 40);
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    assert.equal(info.version, version);
    assert.equal(info.pid, daemon.process.pid);
    assert.equal((await daemon.request('GET', '/v1/health')).body.home, home);
  });

  it('in a home that it creates for its user only', async () => {
    const deep = join(home, 'new', 'home');
    const daemon = await start({ home: deep });
    for (const path of [deep, join(deep, 'logs'), join(deep, 'run')]) assert.equal(statSync(path).mode & 0o777, 0o700);
    for (const file of ['jobs.db', 'lock.db', 'daemon.log']) {
      assert.equal(statSync(join(deep, file)).mode & 0o777, 0o600, file);
    }
    await daemon.stop();
  });

  it('from its bundle alone, without node_modules', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'jobdeck-bundle-'));
    try {
      const files = readdirSync(dirname(daemonBundle)).filter((name) =>
        /^(daemon|supervisor)\.js$|\.node$|^package/.test(name),
      );
      for (const name of files) copyFileSync(join(dirname(daemonBundle), name), join(empty, name));
      const daemon = await start({ bundle: join(empty, 'daemon.js') });
      const { id } = await daemon.submit('true');
      await daemon.waitForJob(id, ({ status }) => status === 'completed');
      await FeedClient.open(daemon).then((client) => client.close());
      await daemon.stop();
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it('only with its native module, and otherwise names the package to install', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'jobdeck-bundle-'));
    try {
      copyFileSync(daemonBundle, join(empty, 'daemon.js'));
      const error = await refusal(home, { bundle: join(empty, 'daemon.js') });
      assert.equal(error.code, 'NATIVE_MODULE_FAILED');
      assert.match(error.hint ?? '', new RegExp(`${process.platform}-${process.arch}`));
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it('only once: a second daemon reports the first one and exits', async () => {
    const daemon = await start();
    const error = await refusal();
    assert.equal(error.code, 'DAEMON_ALREADY_RUNNING');
    assert(error.message.includes(home));
    assert.deepEqual(JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')), daemon.info);
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('only once, even if several start at the same time', async () => {
    const launched = await Promise.all(Array.from({ length: 4 }, () => launchDaemon(home)));
    try {
      const errors = launched.flatMap(({ line }) => ('error' in line ? [line.error.code] : []));
      assert.deepEqual(errors, Array(3).fill('DAEMON_ALREADY_RUNNING'));
    } finally {
      for (const { process, exited } of launched) {
        process.kill('SIGKILL');
        await exited;
      }
    }
  });

  it('after a killed daemon left its files behind', async () => {
    const first = await start();
    const { id } = await first.submit('true');
    await first.waitForJob(id, ({ status }) => status === 'completed');
    await first.kill9();
    assert(existsSync(join(home, 'daemon.json')));
    const second = await start();
    assert.notEqual(second.info.token, first.info.token);
    assert.equal((await second.request('GET', `/v1/jobs/${id}`)).body.status, 'completed');
  });

  it('on the configured port', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    assert(address !== null && typeof address === 'object');
    const { port } = address;

    const error = await refusal(home, { config: { port } });
    assert.equal(error.code, 'PORT_UNUSABLE');
    assert.match(error.message, new RegExp(`port ${port} .*another program uses it`));
    assert(!existsSync(join(home, 'daemon.json')));

    probe.close();
    await once(probe, 'close');
    assert.equal((await start({ config: { port } })).info.port, port);
  });

  it('with the defaults if the settings are invalid, and names the file and the setting', async () => {
    const daemon = await start({ config: { port: 'http' } });
    const [warning] = (await daemon.request('GET', '/v1/health')).body.warnings;
    assert.equal(warning.code, 'CONFIG_IGNORED');
    assert(warning.message.includes(join(home, 'config.json')));
    assert.match(warning.message, /no jobs are removed .* “port” must be a whole number/);
  });

  it('without connections if their file is invalid, and keeps the file', async () => {
    const file = join(home, 'connections.json');
    writeFileSync(file, '{"connections": ');
    const daemon = await start();
    const [warning] = (await daemon.request('GET', '/v1/health')).body.warnings;
    assert.equal(warning.code, 'CONNECTIONS_IGNORED');
    assert(warning.message.includes(file));
    assert.equal(readFileSync(file, 'utf8'), '{"connections": ');
  });

  it('not in an unusable home', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    for (const where of [join(file, 'home'), file, '/proc/jobdeck']) {
      const error = await refusal(where);
      assert.equal(error.code, 'HOME_UNUSABLE', where);
      assert(error.message.includes(where));
      assert.match(error.hint ?? '', /JOBDECK_HOME/);
    }
    assert.equal(readFileSync(file, 'utf8'), '');
  });

  it('not with an invalid lock file', async () => {
    writeFileSync(join(home, 'lock.db'), 'this is no database, but it is long enough for a header '.repeat(20));
    assert.equal((await refusal()).code, 'HOME_UNUSABLE');
  });

  it('not on a database of a newer version, which stays unchanged', async () => {
    const file = join(home, 'jobs.db');
    const db = new Database(file);
    db.exec('CREATE TABLE future (x)');
    db.pragma('user_version = 999');
    db.close();
    const before = readFileSync(file);
    const error = await refusal();
    assert.equal(error.code, 'DATABASE_NEWER');
    assert.match(error.message, /version 999/);
    assert.deepEqual(readFileSync(file), before);
  });

  it('with a new database if the old one is corrupt, which it moves aside and reports', async () => {
    const rubbish = 'not a database at all '.repeat(1000);
    writeFileSync(join(home, 'jobs.db'), rubbish);
    const daemon = await start();
    const aside = readdirSync(home).find((name) => name.startsWith('jobs.db.corrupt')) ?? assert.fail('nothing aside');
    assert.equal(readFileSync(join(home, aside), 'utf8'), rubbish);

    const { body } = await daemon.request('GET', '/v1/health');
    assert.equal(body.status, 'degraded');
    assert.equal(body.warnings[0].code, 'DATABASE_SET_ASIDE');
    assert(body.warnings[0].message.includes(join(home, aside)));
    const client = await FeedClient.open(daemon);
    await client.until(() => client.messages.length > 1);
    assert.deepEqual(client.messages[1], { type: 'warnings', warnings: body.warnings });

    const { id } = await daemon.submit('true');
    await daemon.waitForJob(id, ({ status }) => status === 'completed');
  });

  it('and keeps running when its parent closes the output', async () => {
    const daemon = await start();
    daemon.process.stdout?.destroy();
    const { id } = await daemon.submit('echo done');
    assert.equal((await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null)).status, 'completed');
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('outside of its initial working directory, which may be deleted', async function () {
    if (process.platform !== 'linux') return this.skip();
    const daemon = await start();
    assert.equal(readlinkSync(`/proc/${daemon.info.pid}/cwd`), home);
  });
});
