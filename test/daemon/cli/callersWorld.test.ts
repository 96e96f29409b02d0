/** What a caller passes on to every process it starts, and whether the daemon or a job keeps it. */
import assert from 'node:assert/strict';
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readlinkSync } from 'node:fs';
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
