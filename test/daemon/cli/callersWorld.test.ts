/** What a caller passes on to every process it starts, and whether the daemon or a job keeps it. */
import assert from 'node:assert/strict';
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { launchDaemon } from '../harness.ts';
import { CliBench, cliBundle } from './bench.ts';

/** Descriptors that a caller left open: of a pipe of `make`, and the usual one of `flock`. */
const numbers = [3, 9, 200];
/** As if the caller had these descriptors open and did not close them on exec. */
const withDescriptors: StdioOptions = Array.from({ length: 201 }, (_, fd) =>
  fd === 1 || numbers.includes(fd) ? 'pipe' : 'ignore',
);

/** The descriptor may be closed by now. */
function linkOrNull(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function untilReleased(child: ChildProcess): Promise<unknown> {
  return Promise.all(
    numbers.map(async (fd) => {
      const pipe = child.stdio[fd] as Readable;
      pipe.resume();
      await once(pipe, 'close');
    }),
  );
}

describe('the descriptors of a caller', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('are kept by neither the daemon that it started nor a job', async () => {
    const env = { ...process.env, JOBDECK_HOME: bench.home };
    const child = spawn(process.execPath, [cliBundle, 'submit', '--', 'sleep', '60'], { stdio: withDescriptors, env });

    await untilReleased(child);

    assert.equal((await bench.call(['daemon', 'status'])).code, 0);
    const { document } = await bench.json(['ls']);
    assert.equal(document.jobs[0].status, 'running');
  });

  it('are kept neither by a job whose output goes to a pipe', async () => {
    const line = `x=$("${process.execPath}" "${cliBundle}" submit -- sleep 60); echo "$x"`;
    const env = { ...process.env, JOBDECK_HOME: bench.home };
    const child = spawn('/bin/sh', ['-c', line], { stdio: withDescriptors, env });

    await untilReleased(child);

    await bench.call(['daemon', 'status']);
  });

  it('are closed by a daemon that is started without a client', async function () {
    if (process.platform !== 'linux') this.skip();
    const locks = numbers.map((fd) => openSync(join(bench.home, `lock.${fd}`), 'w'));
    const stdio: StdioOptions = Array.from({ length: 201 }, (_, fd) => locks[numbers.indexOf(fd)] ?? 'ignore');
    const { process: daemon } = await launchDaemon(bench.home, { stdio: stdio.with(1, 'pipe') });
    for (const lock of locks) closeSync(lock);

    const open = readdirSync(`/proc/${daemon.pid}/fd`).map((fd) => linkOrNull(`/proc/${daemon.pid}/fd/${fd}`));

    assert.deepEqual(
      open.filter((path) => path?.startsWith(join(bench.home, 'lock.')) && !path.includes('lock.db')),
      [],
    );
    await bench.call(['daemon', 'stop']);
  });

  it('are left open by such a daemon if they could be certificates that Node is reading', async function () {
    if (process.platform !== 'linux') this.skip();
    const [read, locked] = ['certificates', 'lock'].map((name) => {
      writeFileSync(join(bench.home, name), '');
      return openSync(join(bench.home, name), 'r');
    });
    assert.ok(read !== undefined && locked !== undefined);
    assert.equal(spawnSync('flock', ['3'], { stdio: ['ignore', 'ignore', 'inherit', locked] }).status, 0);
    const env = { NODE_EXTRA_CA_CERTS: join(bench.home, 'certificates') };
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore', read, locked];
    const { process: daemon } = await launchDaemon(bench.home, { stdio, env });
    closeSync(read);
    closeSync(locked);

    const open = readdirSync(`/proc/${daemon.pid}/fd`).map((fd) => linkOrNull(`/proc/${daemon.pid}/fd/${fd}`));

    assert.ok(open.includes(join(bench.home, 'certificates')));
    assert.ok(!open.includes(join(bench.home, 'lock')));
    await bench.call(['daemon', 'stop']);
  });

  it('do not appear in a job, nor do those of the daemon', async function () {
    if (!existsSync('/proc/self/fd')) this.skip();
    const { stdout } = await bench.call(['run', '--', 'sh', '-c', 'ls /proc/$$/fd']);

    assert.equal(stdout, '0\n1\n2\n');
  });
});

describe('signals that a caller ignores', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  for (const signal of ['INT', 'QUIT', 'HUP', 'TERM', 'PIPE']) {
    it(`end a job all the same: SIG${signal}`, async () => {
      const program = 'kill -s "$0" $$; echo survived';
      const call = `trap '' ${signal}; exec "$@"`;
      const words = [process.execPath, cliBundle, 'run', '--', 'sh', '-c', program, signal];
      const env = { ...process.env, JOBDECK_HOME: bench.home };
      const child = spawn('/bin/sh', ['-c', call, 'sh', ...words], { stdio: ['ignore', 'pipe', 'ignore'], env });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        output += part;
      });
      await once(child, 'close');
      await bench.call(['daemon', 'status']);

      assert.equal(output, '');
    });
  }
});

describe('the umask, nice value and limits of a caller', () => {
  let bench: CliBench;
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  /** Runs a line in a shell in which `jobdeck` is the command line. */
  async function inShell(line: string): Promise<string> {
    const script = `jobdeck() { '${process.execPath}' '${cliBundle}' "$@"; }; ${line}\ntrue`;
    const env = { ...process.env, JOBDECK_HOME: bench.home };
    const child = spawn('/bin/bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], env });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
    });
    await once(child, 'close');
    await bench.call(['daemon', 'status']);
    return output;
  }

  it('are those of each job, not those of the one that started the daemon', async () => {
    assert.equal(await inShell('umask 077; jobdeck run -- sh -c umask'), '0077\n');
    assert.equal(await inShell('umask 002; jobdeck run -- sh -c umask'), '0002\n');
    assert.equal(await inShell('umask 777; jobdeck run -- sh -c umask'), '0777\n');
    assert.equal(await inShell('jobdeck run -- nice'), '0\n');
    const call = `nice -n 7 '${process.execPath}' '${cliBundle}'`;
    assert.equal(await inShell(`${call} run -- nice`), '7\n');
  });

  for (const limits of [
    'ulimit -S -n 256',
    'ulimit -n 256',
    'ulimit -S -n 300; ulimit -S -c 0; ulimit -v 40000000; ulimit -s 4096; ulimit -t 1000',
    'ulimit -f 2048; ulimit -u 5000; ulimit -l 64; ulimit -q 4096; ulimit -i 1000; ulimit -x 99',
    'ulimit -c 100; ulimit -n 64',
    ':',
  ]) {
    it(`are limits: ${limits}`, async function () {
      if (process.platform !== 'linux') this.skip();
      await bench.call(['daemon', 'start']);
      const own = await inShell(`${limits}; cat /proc/self/limits`);

      assert.equal(await inShell(`${limits}; jobdeck run -- cat /proc/self/limits`), own);
    });
  }

  it('that the system refuses are on the timeline, and the job runs', async function () {
    if (process.platform !== 'linux') this.skip();
    await inShell('ulimit -n 1000; jobdeck daemon start');
    const output = await inShell('ulimit -n 2000; jobdeck run -- sh -c "ulimit -n"');
    const { events } = await bench.show('@');

    const refused = events.filter(({ level }) => level === 'warning').map(({ code, params }) => [code, params.limit]);
    const isAllowed = output === '2000\n';
    assert.deepEqual([output, refused], isAllowed ? [output, []] : ['1000\n', [['timeline.limitNotRaised', 'nofile']]]);
  });

  it('are not those of the daemon if they would harm it', async function () {
    if (process.platform !== 'linux') this.skip();
    await inShell('ulimit -S -f 100; ulimit -S -t 100; jobdeck run -- true');
    const limits = readFileSync(`/proc/${bench.info().pid}/limits`, 'utf8');

    assert.doesNotMatch(limits, /^Max (cpu time|file size) +\d+ +unlimited/m);
  });

  it('keep the daemon from starting, with a reason, if it could not write its database', async function () {
    if (process.platform !== 'linux') this.skip();
    assert.match(await inShell('ulimit -f 100; jobdeck submit -- true 2>&1'), /limit of 102400 bytes per file/);
  });

  it('stay those of the submission when it is retried', async () => {
    const id = (await inShell('umask 037; jobdeck submit -- sh -c "umask; nice"')).trim();
    await bench.call(['wait', id]);
    await inShell(`umask 022; jobdeck retry ${id}; jobdeck wait ${id}`);

    assert.equal((await bench.call(['logs', id])).stdout, '0037\n0\n');
    const { process: settings } = await bench.show(id);
    assert.deepEqual([settings?.umask, settings?.nice], [0o37, 0]);
  });

  it('are those at the time when a schedule or a backfill was added', async () => {
    await inShell('umask 037; jobdeck schedule add s --cron "0 0 1 1 *" -- sh -c umask');
    const scheduled = (await inShell('umask 022; jobdeck schedule run s')).trim();
    const filled = 'jobdeck backfill --from 2026-03-01 --to 2026-03-02 --every 1d -- sh -c umask';
    const group = (await inShell(`umask 057; ${filled}`)).trim().split('\n').at(-1) ?? '';
    await bench.call(['wait', scheduled, group]);
    const { document } = await bench.json(['ls', '--group', group]);

    assert.equal((await bench.call(['logs', scheduled])).stdout, '0037\n');
    assert.equal((await bench.call(['logs', document.jobs[0].id])).stdout, '0057\n');
  });

  it('apply under the supervisor in Node', async function () {
    if (process.platform !== 'linux') this.skip();
    await bench.call(['daemon', 'start']);
    const line = 'umask 027; ulimit -S -n 200; ulimit -f 4096; export POSIXLY_CORRECT=1';
    const job = 'jobdeck run -- sh -c "umask; ulimit -S -n; cat /proc/self/limits | grep file.size"';

    assert.match(await inShell(`${line}; ${job}`), /^0027\n200\nMax file size +4194304 /m);
  });
});
