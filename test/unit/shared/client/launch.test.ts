import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { forgetLibcSettings } from '../../../../daemon/start/memory.ts';
import {
  daemonEnv,
  inspectOptions,
  libcSettings,
  parseStartLine,
  startDaemon,
} from '../../../../shared/client/launch.ts';
import { untilGone } from '../../../../shared/client/process.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { protocolVersion } from '../../../../shared/wire.ts';

const ready = {
  pid: 4711,
  port: 40123,
  token: 'abc',
  version: '0.1.0',
  protocol: protocolVersion,
  startedAt: '2026-01-01T00:00:00Z',
};

describe('the line a starting daemon prints', () => {
  it('is its info if it is ready', () => {
    assert.deepEqual(parseStartLine(JSON.stringify({ ready })), ready);
  });

  it('is its error otherwise, with code, message and hint', () => {
    const error = { code: 'PORT_UNUSABLE', message: 'Port 80 cannot be used.', hint: 'Choose another.' };
    assert.throws(
      () => parseStartLine(JSON.stringify({ error })),
      (thrown) => {
        assert.ok(thrown instanceof JobdeckError);
        assert.deepEqual(thrown.toBody(), error);
        return true;
      },
    );
  });

  for (const line of ['', 'Warning: something', 'null', '{}', '{"ready":{"pid":1}}', '{"error":{"code":7}}']) {
    it(`is DAEMON_START_FAILED for ${line || 'an empty line'}`, () => {
      assert.throws(() => parseStartLine(line), { code: 'DAEMON_START_FAILED' });
    });
  }
});

describe('the environment of a daemon', () => {
  it('makes Electron run as Node, with the client’s home', () => {
    const env = daemonEnv({ PATH: '/bin' }, '/home/me/deck');
    assert.deepEqual(env, {
      ...libcSettings,
      PATH: '/bin',
      JOBDECK_HOME: '/home/me/deck',
      ELECTRON_RUN_AS_NODE: '1',
      ELECTRON_NO_ASAR: '1',
    });
  });

  it('has memory settings that jobs don’t inherit, and keeps the user’s', () => {
    const env = daemonEnv({ MALLOC_ARENA_MAX: '7' }, '/h');
    assert.equal(env.MALLOC_MMAP_THRESHOLD_, libcSettings.MALLOC_MMAP_THRESHOLD_);
    forgetLibcSettings(env);
    assert.deepEqual(
      Object.entries(env).filter(([name]) => name.startsWith('MALLOC_')),
      [['MALLOC_ARENA_MAX', '7']],
    );
  });

  it('has no variables of debuggers or parent processes', () => {
    const env = daemonEnv({ NODE_OPTIONS: '--inspect', NODE_CHANNEL_FD: '3', VSCODE_INSPECTOR_OPTIONS: '{}' }, '/h');
    assert.equal('NODE_OPTIONS' in env || 'NODE_CHANNEL_FD' in env || 'VSCODE_INSPECTOR_OPTIONS' in env, false);
  });
});

describe('the inspector of a daemon', () => {
  it('listens on the loopback, on the port in JOBDECK_DAEMON_INSPECT', () => {
    assert.deepEqual(inspectOptions({ JOBDECK_DAEMON_INSPECT: '9229' }), ['--inspect=127.0.0.1:9229']);
  });

  it('is off by default', () => {
    assert.deepEqual([inspectOptions({}), inspectOptions({ JOBDECK_DAEMON_INSPECT: '' })], [[], []]);
  });

  it('is not inherited by jobs', () => {
    assert.equal('JOBDECK_DAEMON_INSPECT' in daemonEnv({ JOBDECK_DAEMON_INSPECT: '9229' }, '/h'), false);
  });
});

describe('starting a daemon', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-test-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** A program that replaces the daemon. */
  function program(source: string): { home: string; daemonFile: string } {
    const daemonFile = join(home, 'daemon.cjs');
    writeFileSync(daemonFile, source);
    return { home, daemonFile };
  }

  it('returns its info, and runs it in the root folder', async () => {
    const said = JSON.stringify({ ready }).replace('4711', "' + process.pid + '");
    const options = program(`
      require('node:fs').writeFileSync(__dirname + '/cwd', process.cwd() + '\\n' + process.env.JOBDECK_HOME);
      console.log('${said}');
      process.stdout.on('error', () => {});
      setTimeout(() => { require('node:fs').writeFileSync(__dirname + '/late', ''); }, 100);
    `);
    const info = await startDaemon(options);
    assert.equal(readFileSync(join(home, 'cwd'), 'utf8'), `${parse(home).root}\n${home}`);
    assert.ok(await untilGone(info.pid, 10_000));
    assert.ok(existsSync(join(home, 'late')));
  });

  it('rejects with the error that the daemon reports', async () => {
    const error = { code: 'DATABASE_NEWER', message: 'The database is newer.', hint: 'Update.' };
    const options = program(`console.log('${JSON.stringify({ error })}'); process.exit(1)`);
    await assert.rejects(startDaemon(options), { code: 'DATABASE_NEWER', message: error.message, hint: error.hint });
  });

  it('rejects with the end of stderr if it exits without a line', async () => {
    const options = program(`console.error('x'.repeat(5000)); console.error('no such thing'); process.exit(7)`);
    await assert.rejects(startDaemon(options), (thrown) => {
      assert.ok(thrown instanceof JobdeckError);
      assert.equal(thrown.code, 'DAEMON_START_FAILED');
      assert.match(thrown.message, /exited with code 7/);
      assert.match(thrown.hint ?? '', /no such thing$/);
      assert.ok((thrown.hint ?? '').length <= 2000);
      return true;
    });
  });

  it('reports the signal that ended it', async () => {
    const options = program(`process.kill(process.pid, 'SIGKILL')`);
    await assert.rejects(startDaemon(options), { code: 'DAEMON_START_FAILED', message: /ended by SIGKILL/ });
  });

  it('rejects if its file is missing', async () => {
    const daemonFile = join(home, 'missing.js');
    await assert.rejects(startDaemon({ home, daemonFile }), {
      code: 'DAEMON_START_FAILED',
      message: /missing\.js is missing/,
    });
  });

  it('rejects if its executable can’t be run', async () => {
    const options = { ...program(''), execPath: join(home, 'no-node') };
    await assert.rejects(startDaemon(options), { code: 'DAEMON_START_FAILED', message: /ENOENT|code 127/ });
  });
});
