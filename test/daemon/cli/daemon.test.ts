import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { untilGone } from '../../../shared/client/process.ts';
import { launchDaemon } from '../harness.ts';
import { Call, CliBench, cliBundle } from './bench.ts';

describe('daemon commands', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('is started, shown and stopped', async () => {
    const started = await bench.json(['daemon', 'start']);
    const { pid, port, version } = bench.info();
    assert.equal(started.code, 0);
    const { code, document } = await bench.json(['daemon', 'status']);
    assert.equal(code, 0);
    assert.deepEqual(
      {
        running: document.running,
        pid: document.pid,
        port: document.port,
        version: document.version,
        home: document.home,
      },
      { running: true, pid, port, version, home: bench.home },
    );
    const stopped = await bench.json(['daemon', 'stop']);
    assert.deepEqual(stopped, { code: 0, document: { running: false, home: bench.home, pid } });
    assert.ok(await untilGone(pid, 0));
    assert.equal(existsSync(join(bench.home, 'daemon.json')), false);
  });

  it('shows the same as text', async () => {
    assert.match((await bench.call(['daemon', 'start'])).stdout, /^The daemon is running \(process \d+, port \d+/);
    assert.match((await bench.call(['daemon', 'status'])).stdout, /^The daemon is running \(process \d+, port \d+/);
    const id = await bench.submit('sleep 30');
    await bench.call(['logs', id]);
    assert.match(
      (await bench.call(['daemon', 'stop'])).stdout,
      /^Stopped the daemon \(process \d+\)\. 1 job keeps running\.\n$/,
    );
  });

  it('is not started by its status or stop commands', async () => {
    assert.deepEqual(await bench.json(['daemon', 'status']), {
      code: 3,
      document: { running: false, home: bench.home },
    });
    assert.deepEqual(await bench.json(['daemon', 'stop']), { code: 0, document: { running: false, home: bench.home } });
    const { code, stdout } = await bench.call(['daemon', 'status']);
    assert.deepEqual([code, stdout], [3, `The daemon is not running. Its home folder is ${bench.home}.\n`]);
    assert.equal(existsSync(join(bench.home, 'daemon.json')), false);
  });

  it('is not started twice', async () => {
    await bench.call(['daemon', 'start']);
    const { pid } = bench.info();
    assert.equal((await bench.json(['daemon', 'start'])).document.pid, pid);
  });

  it('is started only once by concurrent commands', async () => {
    const calls = Array.from({ length: 6 }, (_, index) => bench.call(['submit', '--', 'echo', String(index)]));
    const ends = await Promise.all(calls);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [0, 0, 0, 0, 0, 0],
    );
    const { document } = await bench.json(['ls']);
    assert.equal(document.total, 6);
    const { line, exited } = await launchDaemon(bench.home);
    assert.ok('error' in line && line.error.code === 'DAEMON_ALREADY_RUNNING');
    await exited;
  });

  it('keeps its jobs when it is stopped: they keep running and are adopted again', async () => {
    const gate = join(bench.home, 'gate');
    const id = await bench.submit(`while [ ! -e ${gate} ]; do sleep 0.05; done; echo done; exit 3`);
    await bench.call(['daemon', 'stop']);
    writeFileSync(gate, '');
    assert.equal((await bench.call(['wait', id])).code, 3);
    assert.equal((await bench.call(['logs', id])).stdout, 'done\n');
    assert.equal((await bench.show(id)).attempts.length, 1);
  });

  describe('is found or started regardless of daemon.json', () => {
    const info = { pid: 1, port: 1, token: 'x', version: '0.1.0', protocol: 1, startedAt: '2026-01-01T00:00:00.000Z' };

    for (const [what, text] of Object.entries({
      'one left over': JSON.stringify(info),
      garbage: '{"pid": ',
      nothing: '',
      'another shape': '{"pid":"no","port":[],"token":null}',
    })) {
      it(what, async () => {
        bench.writeInfo(text);
        assert.equal((await bench.json(['daemon', 'status'])).code, 3);
        assert.equal((await bench.call(['run', '--', 'echo', 'hi'])).stdout, 'hi\n');
        assert.equal((await bench.json(['daemon', 'status'])).document.pid, bench.info().pid);
      });
    }

    it('the port of another program', async () => {
      const other = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const address = other.address();
      assert.ok(typeof address === 'object' && address !== null);
      bench.writeInfo(JSON.stringify({ ...info, port: address.port }));
      try {
        assert.equal((await bench.call(['run', '--', 'echo', 'hi'])).stdout, 'hi\n');
      } finally {
        other.close();
      }
    });
  });

  describe('find a daemon that runs', () => {
    const file = () => join(bench.home, 'daemon.json');
    const isRunning = async (pid: number) => {
      const { code, document } = await bench.json(['daemon', 'status']);
      assert.deepEqual([code, document.running, document.pid], [0, true, pid]);
    };

    for (const [what, damage] of Object.entries({
      'daemon.json was deleted': () => rmSync(file()),
      'daemon.json was emptied': () => writeFileSync(file(), ''),
      'daemon.json has another port': () => writeFileSync(file(), JSON.stringify({ ...bench.info(), port: 1 })),
      'daemon.json has another token': () => writeFileSync(file(), JSON.stringify({ ...bench.info(), token: 'no' })),
      'all its files were deleted': () => {
        for (const name of ['daemon.json', 'lock.json', 'port']) rmSync(join(bench.home, name), { force: true });
      },
    })) {
      it(`although ${what}`, async () => {
        await bench.call(['daemon', 'start']);
        const { pid } = bench.info();
        damage();
        await isRunning(pid);
        damage();
        assert.equal((await bench.call(['run', '--', 'echo', 'hi'])).stdout, 'hi\n');
        await isRunning(pid);
        damage();
        assert.deepEqual((await bench.json(['daemon', 'stop'])).document, { running: false, home: bench.home, pid });
        assert.ok(await untilGone(pid, 0));
        assert.deepEqual([existsSync(file()), existsSync(join(bench.home, 'lock.json'))], [false, false]);
      });
    }

    for (const names of [['daemon.json'], ['daemon.json', 'lock.json']]) {
      it(`but hangs, and name and end its process, without ${names.join(' and ')}`, async function () {
        if (process.platform !== 'linux') return this.skip();
        await bench.call(['daemon', 'start']);
        const { pid } = bench.info();
        process.kill(pid, 'SIGSTOP');
        for (const name of names) rmSync(join(bench.home, name));
        const { code, document } = await bench.json(['daemon', 'status']);
        assert.deepEqual([code, document.error.code], [1, 'DAEMON_UNREACHABLE']);
        assert.match(document.error.message, new RegExp(`process ${pid}`));
        assert.deepEqual((await bench.json(['daemon', 'stop'])).document, { running: false, home: bench.home, pid });
        assert.ok(await untilGone(pid, 0));
      });
    }

    it('but never end a process that only has its ID', async () => {
      await bench.call(['daemon', 'start']);
      const record = JSON.parse(readFileSync(join(bench.home, 'lock.json'), 'utf8'));
      await bench.killDaemon();
      writeFileSync(join(bench.home, 'lock.json'), JSON.stringify({ ...record, pid: process.pid }));
      assert.equal((await bench.json(['daemon', 'status'])).code, 3);
      assert.equal((await bench.json(['daemon', 'stop'])).code, 0);
    });
  });

  it('that can’t start shows why, with a hint', async () => {
    mkdirSync(join(bench.home, 'jobs.db'));
    const { code, document } = await bench.json(['ls']);
    assert.equal(code, 1);
    assert.equal(document.error.code, 'HOME_UNUSABLE');
    const { stdout, stderr } = await bench.call(['ls']);
    assert.equal(stdout, '');
    assert.match(stderr, /^jobdeck: .+\n→ .+\n$/);
  });

  it('that can’t use its home shows why', async () => {
    const file = join(bench.home, 'file');
    writeFileSync(file, '');
    const { code, document } = await bench.json(['ls'], { env: { JOBDECK_HOME: join(file, 'home') } });
    assert.deepEqual([code, document.error.code], [1, 'HOME_UNUSABLE']);
  });

  it('is reported as missing if only the command line is installed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jobdeck-test-'));
    const lonely = join(folder, 'cli.js');
    copyFileSync(cliBundle, lonely);
    cpSync(join(dirname(cliBundle), 'cli'), join(folder, 'cli'), { recursive: true });
    copyFileSync(join(dirname(cliBundle), 'package.json'), join(folder, 'package.json'));
    const call = new Call(
      spawn(process.execPath, [lonely, 'ls', '--json'], { env: { ...process.env, JOBDECK_HOME: bench.home } }),
    );
    const { code, stdout } = await call.ended;
    rmSync(folder, { recursive: true });
    assert.equal(code, 1);
    assert.match(JSON.parse(stdout).error.message, /daemon\.js is missing/);
  });

  it('can’t be used from a deleted folder', async () => {
    const gone = join(bench.home, 'gone');
    mkdirSync(gone);
    const command = `cd "${gone}" && rmdir "${gone}" && exec "${process.execPath}" "${cliBundle}" submit --json -- true`;
    const call = new Call(spawn('sh', ['-c', command], { env: { ...process.env, JOBDECK_HOME: bench.home } }));
    const { code, stdout } = await call.ended;
    assert.equal(code, 1);
    assert.equal(JSON.parse(stdout).error.code, 'CWD_MISSING');
  });
});
