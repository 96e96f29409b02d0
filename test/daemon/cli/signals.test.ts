/** Which signal a cancel sends, and what the job makes of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobDetail } from '../../../shared/job.ts';
import { CliBench } from './bench.ts';

describe('the signal of a cancel', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  /** Prints the signals that it gets, and ends after one of them. */
  const reporting = (last: string) =>
    `for s in HUP INT TERM USR1; do trap "echo got $s; [ $s != ${last} ] || exit 3" $s; done; echo ready; while :; do sleep 0.05; done`;

  async function submitted(args: string[], line: string): Promise<string> {
    const { document } = await bench.json(['submit', ...args, '--', 'sh', '-c', line]);
    await printed(document.id, 'ready');
    return document.id;
  }

  /** Follows the log until it contains a text. */
  async function printed(id: string, text: string): Promise<void> {
    const call = bench.start(['logs', '-f', id]);
    await call.until(({ stdout }) => stdout.includes(text));
    call.kill('SIGTERM');
    await call.ended;
  }

  async function ended(id: string): Promise<[string, number | null, string | null, string]> {
    await bench.call(['wait', id]);
    const { status, exitCode, signal }: JobDetail = await bench.show(id);
    // The shell reports that its `sleep` got the signal, too.
    const log = (await bench.call(['logs', id])).stdout.replace(/^(Terminated|Hangup)\n/gm, '');
    return [status, exitCode, signal, log];
  }

  it('is SIGTERM by default', async () => {
    const id = await submitted([], reporting('TERM'));
    await bench.call(['cancel', id]);

    assert.deepEqual(await ended(id), ['cancelled', 3, null, 'ready\ngot TERM\n']);
  });

  for (const word of ['INT', 'SIGINT', 'int', '2']) {
    it(`can be given as ${word}`, async () => {
      const id = await submitted([], reporting('INT'));
      assert.equal((await bench.call(['cancel', '--signal', word, id])).code, 0);

      assert.deepEqual(await ended(id), ['cancelled', 3, null, 'ready\ngot INT\n']);
    });
  }

  it('is followed by SIGKILL after the grace period', async () => {
    writeFileSync(join(bench.home, 'config.json'), '{"cancelGraceSeconds": 1}');
    const id = await submitted([], reporting('none'));
    await bench.call(['cancel', '--signal', 'HUP', id]);

    assert.deepEqual(await ended(id), ['cancelled', 137, 'SIGKILL', 'ready\ngot HUP\n']);
  });

  it('can be SIGKILL, also for a job that is being cancelled', async () => {
    const id = await submitted([], reporting('none'));
    await bench.call(['cancel', id]);
    await printed(id, 'got TERM');
    await bench.call(['cancel', '--signal', 'KILL', id]);

    assert.deepEqual(await ended(id), ['cancelled', 137, 'SIGKILL', 'ready\ngot TERM\n']);
  });

  it('applies to several jobs, and to all of a group', async () => {
    const ids = [
      await submitted(['--group', 'g'], reporting('USR1')),
      await submitted(['--group', 'g'], reporting('USR1')),
    ];
    const [third, fourth] = [await submitted([], reporting('INT')), await submitted([], reporting('INT'))];
    await bench.call(['cancel', '--signal', 'USR1', 'g']);
    await bench.call(['cancel', '--signal', 'INT', third, fourth]);

    for (const id of ids) assert.deepEqual((await ended(id)).slice(0, 2), ['cancelled', 3]);
    for (const id of [third, fourth]) assert.match((await ended(id))[3], /got INT/);
  });

  it('is the one that the job was submitted with, also for its timeout', async () => {
    const id = await submitted(['--stop-signal', 'HUP'], reporting('HUP'));
    await bench.call(['cancel', id]);
    const timed = await submitted(['--stop-signal', 'INT', '--timeout', '2s'], reporting('INT'));

    assert.deepEqual(await ended(id), ['cancelled', 3, null, 'ready\ngot HUP\n']);
    const [status, , , log] = await ended(timed);
    assert.deepEqual([status, log], ['failed', 'ready\ngot INT\n']);
    assert.equal((await bench.show(id)).stopSignal, 'SIGHUP');
  });

  it('is the one of a definition', async () => {
    const folder = join(bench.home, 'project');
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    const jobs = { server: { command: ['sh', '-c', reporting('INT')], stopSignal: 'SIGINT' } };
    writeFileSync(join(folder, '.vscode/jobs.json'), JSON.stringify({ jobs }));
    const { stdout } = await bench.call(['submit', 'server'], { cwd: folder });
    await printed(stdout.trim(), 'ready');
    await bench.call(['cancel', stdout.trim()]);

    assert.deepEqual(await ended(stdout.trim()), ['cancelled', 3, null, 'ready\ngot INT\n']);
  });

  it('is known if it ended the job', async () => {
    const id = await submitted([], 'echo ready; exec sleep 60');
    await bench.call(['cancel', '--signal', 'INT', id]);

    assert.deepEqual((await ended(id)).slice(0, 3), ['cancelled', 130, 'SIGINT']);
  });

  it('is refused if it can stop no job', async () => {
    for (const word of ['STOP', 'CHLD', '0', 'nonsense', '-1']) {
      const { code, stderr } = await bench.call(['cancel', `--signal=${word}`, 'x']);
      assert.deepEqual([code, /INT/.test(stderr)], [2, true], word);
    }
  });
});

describe('Ctrl+C in jobdeck run', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('is a KeyboardInterrupt in Python', async function () {
    if (!hasPython()) this.skip();
    const program = `
import time
try:
  print('ready', flush=True)
  time.sleep(60)
except KeyboardInterrupt:
  print('interrupted', flush=True)
  raise SystemExit(5)`;
    const call = bench.start(['run', '--', 'python3', '-c', program]);
    await call.until(({ stdout }) => stdout === 'ready\n');
    call.kill('SIGINT');
    const { code, stdout } = await call.ended;

    assert.deepEqual([code, stdout], [5, 'ready\ninterrupted\n']);
  });

  it('reaches a shell that traps it', async () => {
    const line = 'trap "echo trapped; exit 7" INT; echo ready; while :; do sleep 0.05; done';
    const call = bench.start(['run', '--', 'bash', '-c', line]);
    await call.until(({ stdout }) => stdout === 'ready\n');
    call.kill('SIGINT');
    const { code, stdout } = await call.ended;

    assert.deepEqual([code, stdout], [7, 'ready\ntrapped\n']);
  });
});

describe('exit codes above 128', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('are what the program returned', async () => {
    for (const code of [129, 137, 143, 255]) {
      const { code: own, document } = await bench.json(['run', '--', 'sh', '-c', `exit ${code}`]);

      assert.deepEqual([own, document.exitCode, document.signal], [code, code, null]);
      assert.equal(document.error.message, `The command failed with exit code ${code}.`);
      assert.doesNotMatch(JSON.stringify(document.error), /memory|killed|signal/i);
    }
  });

  it('leave the signal open where it can’t be known', async () => {
    for (const code of [130, 141]) {
      const { document } = await bench.json(['run', '--', 'sh', '-c', `exit ${code}`]);

      assert.deepEqual([document.exitCode, document.signal, document.error.code], [code, null, 'EXIT_CODE']);
      assert.equal(document.error.message, `The command failed with exit code ${code} (128 + ${code - 128}).`);
    }
  });

  it('are those of a shell whose child was killed, or of a pipeline', async () => {
    for (const line of [
      'sh -c "kill -KILL \\$\\$"; exit $?',
      'bash -o pipefail -c "sh -c \'kill -KILL \\$\\$\' | cat"',
      'bash -c "sleep 60 & kill -KILL \\$!; wait \\$!"; exit $?',
    ]) {
      const { document } = await bench.json(['run', '--shell', '--', line]);
      assert.deepEqual([document.exitCode, document.signal], [137, null], line);
    }
  });

  it('are a signal if it ended the command', async () => {
    for (const [name, number] of [
      ['KILL', 9],
      ['TERM', 15],
      ['SEGV', 11],
      ['HUP', 1],
    ] as const) {
      const { code, document } = await bench.json(['run', '--', 'sh', '-c', `kill -${name} $$`]);
      assert.deepEqual([code, document.signal, document.error.code], [128 + number, `SIG${name}`, 'SIGNAL']);
    }
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', '']);
    return true;
  } catch {
    return false;
  }
}
