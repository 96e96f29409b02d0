import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../../shared/job.ts';
import { CliBench, cliBundle } from './bench.ts';

describe('jobdeck run', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  async function onlyJob(): Promise<Job> {
    const { document } = await bench.json(['ls']);
    assert.equal(document.total, 1);
    return document.jobs[0];
  }

  /** A shell command that prints a line when it runs and continues when the test opens the gate. */
  const gate = () => join(bench.home, 'gate');
  const untilGate = () => `echo ready; while [ ! -e ${gate()} ]; do sleep 0.05; done`;

  it('prints exactly the command’s output, and exits like the command', async () => {
    const { code, stdout } = await bench.call(['run', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
    assert.deepEqual([code, stdout], [3, 'out\nerr\n']);
    assert.deepEqual(await bench.call(['run', '--', 'true']), { code: 0, signal: null, stdout: '', stderr: '' });
  });

  it('runs a single quoted argument in a shell', async () => {
    const { code, stdout } = await bench.call(['run', '--', 'sleep 0.1; echo done; exit 4']);
    assert.deepEqual([code, stdout], [4, 'done\n']);
  });

  it("passes the command's options on", async () => {
    assert.equal(
      (await bench.call(['run', '--title', 'T', 'echo', '--json', '--title', '-f'])).stdout,
      '--json --title -f\n',
    );
    assert.equal((await onlyJob()).title, 'T');
  });

  it("passes the caller's environment on", async () => {
    const { stdout } = await bench.call(['run', '--', 'sh', '-c', 'echo $FRUIT'], { env: { FRUIT: 'quince' } });
    assert.equal(stdout, 'quince\n');
  });

  it('exits with 128+n after signal n', async () => {
    const { code, stderr } = await bench.call(['run', '--', 'sh', '-c', 'kill -KILL $$']);
    assert.equal(code, 137);
    assert.match(stderr, /^jobdeck: Job \w+ failed: .*SIGKILL/);
  });

  it('reports that a command was not found, with a hint', async () => {
    const { code, stderr } = await bench.call(['run', '--', 'no-such-command']);
    assert.equal(code, 127);
    assert.match(stderr, /failed: .*no-such-command.* not found/);
    assert.equal((await onlyJob()).error?.code, 'COMMAND_NOT_FOUND');
  });

  it('with --json prints only the finished job to stdout, and output to stderr', async () => {
    const call = await bench.call(['run', '--json', '--', 'sh', '-c', 'echo noise; exit 5']);
    assert.equal(call.code, 5);
    const job = JSON.parse(call.stdout);
    assert.deepEqual([job.status, job.exitCode, job.attempts.length], ['failed', 5, 1]);
    assert.match(call.stderr, /^noise\n/);
  });

  it('passes on large output completely', async () => {
    const { code, stdout } = await bench.call(['run', '--', 'seq', '1', '200000']);
    assert.equal(code, 0);
    assert.ok(stdout.endsWith('\n199999\n200000\n'));
    assert.equal(stdout.split('\n').length, 200_001);
  });

  it('sends the job SIGINT on Ctrl+C with a message, and exits like the job', async () => {
    const call = bench.start(['run', '--', 'sh', '-c', 'echo ready; sleep 30']);
    await call.until(({ stdout }) => stdout === 'ready\n');
    call.kill('SIGINT');
    const { code, stderr } = await call.ended;
    const job = await onlyJob();
    assert.equal(code, 130);
    assert.match(stderr, new RegExp(`^jobdeck: Sent SIGINT\\. Press Ctrl\\+C again .*“jobdeck cancel ${job.id}”`));
    assert.match(stderr, new RegExp(`Job ${job.id} cancelled`));
    assert.equal(job.status, 'cancelled');
  });

  it('leaves a job that continues after SIGINT on a second Ctrl+C; a cancel stops it', async () => {
    const call = bench.start([
      'run',
      '--',
      'sh',
      '-c',
      'trap "echo interrupted" INT; echo ready; while :; do sleep 0.1; done',
    ]);
    await call.until(({ stdout }) => stdout === 'ready\n');
    call.kill('SIGINT');
    await call.until(({ stdout, stderr }) => stderr.includes('Sent SIGINT') && stdout.includes('interrupted'));
    call.kill('SIGINT');
    const { code, stderr } = await call.ended;
    const job = await onlyJob();
    assert.equal(code, 130);
    assert.match(stderr, new RegExp(`Detached\\. Job ${job.id} keeps running`));
    assert.equal(job.status, 'running');
    assert.notEqual(job.cancelRequestedAt, null);
    await bench.call(['cancel', job.id]);
    assert.equal((await bench.call(['wait', job.id])).code, 143);
  });

  for (const [signal, exitCode] of [
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const) {
    it(`keeps the job running on ${signal}`, async () => {
      const call = bench.start(['run', '--', untilGate()]);
      await call.until(({ stdout }) => stdout === 'ready\n');
      call.kill(signal);
      const { code, stderr } = await call.ended;
      const job = await onlyJob();
      assert.equal(code, exitCode);
      assert.match(stderr, new RegExp(`Detached\\. Job ${job.id} keeps running`));
      assert.deepEqual([job.status, job.cancelRequestedAt], ['running', null]);
      writeFileSync(gate(), '');
      assert.equal((await bench.call(['wait', job.id])).code, 0);
    });
  }

  it('prints one JSON document even when it detaches', async () => {
    const call = bench.start(['run', '--json', '--', 'sh', '-c', 'echo ready; sleep 30']);
    await call.until(({ stderr }) => stderr.startsWith('ready'));
    call.kill('SIGTERM');
    const { stdout } = await call.ended;
    assert.equal(JSON.parse(stdout).status, 'running');
  });

  it('exits quietly when its reader is gone; the job keeps running', async () => {
    const line = `echo one; while [ ! -e ${gate()} ]; do echo more; sleep 0.02; done`;
    const call = bench.start(['run', '--', line]);
    await call.until(({ stdout }) => stdout.includes('one\n'));
    call.process.stdout?.destroy();
    const { code, stderr } = await call.ended;
    assert.deepEqual([code, stderr], [141, '']);
    const job = await onlyJob();
    assert.equal(job.status, 'running');
    writeFileSync(gate(), '');
    assert.equal((await bench.call(['wait', job.id])).code, 0);
  });

  it('exits quietly when piped to head', async () => {
    const command = `"${process.execPath}" "${cliBundle}" run -- seq 1 100000 | head -n 2`;
    const shell = spawn('sh', ['-c', command], { env: { ...process.env, JOBDECK_HOME: bench.home } });
    let [stdout, stderr] = ['', ''];
    shell.stdout.on('data', (part) => (stdout += part));
    shell.stderr.on('data', (part) => (stderr += part));
    await once(shell, 'close');
    assert.deepEqual([stdout, stderr], ['1\n2\n', '']);
  });

  it('continues when the daemon is killed, without losing or repeating anything', async () => {
    const line = `i=0; while [ $i -lt 200 ]; do echo $i; i=$((i+1)); done; ${untilGate()}; echo after; exit 6`;
    const call = bench.start(['run', '--', line]);
    await call.until(({ stdout }) => stdout.endsWith('ready\n'));
    const killed = await bench.killDaemon();
    writeFileSync(gate(), '');
    const { code, stdout } = await call.ended;
    assert.equal(code, 6);
    assert.equal(stdout, [...Array.from({ length: 200 }, (_, index) => index), 'ready', 'after', ''].join('\n'));
    assert.notEqual(bench.info().pid, killed.pid);
    const job = await bench.show((await onlyJob()).id);
    assert.deepEqual([job.status, job.exitCode, job.attempts.length], ['failed', 6, 1]);
  });

  it('continues when daemons are killed repeatedly', async () => {
    const call = bench.start(['run', '--', `${untilGate()}; echo after; exit 6`]);
    await call.until(({ stdout }) => stdout === 'ready\n');
    for (let round = 0; round < 3; round += 1) {
      await bench.killDaemon();
      await bench.call(['daemon', 'start']);
    }
    writeFileSync(gate(), '');
    const { code, stdout } = await call.ended;
    assert.deepEqual([code, stdout], [6, 'ready\nafter\n']);
  });

  describe('related commands', () => {
    it('logs -f exits on Ctrl+C; the job keeps running', async () => {
      const id = await bench.submit(untilGate());
      const call = bench.start(['logs', '-f', id]);
      await call.until(({ stdout }) => stdout === 'ready\n');
      call.kill('SIGINT');
      const { code, stderr } = await call.ended;
      assert.equal(code, 130);
      assert.match(stderr, new RegExp(`Job ${id} keeps running`));
      assert.equal((await onlyJob()).status, 'running');
    });

    it('logs -f --json prints one complete document even on Ctrl+C', async () => {
      const id = await bench.submit(untilGate());
      const call = bench.start(['logs', '-f', '--json', id]);
      await call.until(({ stdout }) => stdout.includes('ready'));
      call.kill('SIGINT');
      const { stdout } = await call.ended;
      assert.deepEqual(JSON.parse(stdout), { id, attempt: 1, offset: 0, text: 'ready\n', size: 6, ended: false });
    });

    it('logs -f continues when the daemon is killed', async () => {
      const id = await bench.submit(`${untilGate()}; echo after`);
      const call = bench.start(['logs', '-f', id]);
      await call.until(({ stdout }) => stdout === 'ready\n');
      await bench.killDaemon();
      writeFileSync(gate(), '');
      const { code, stdout } = await call.ended;
      assert.deepEqual([code, stdout], [0, 'ready\nafter\n']);
    });

    it('wait continues when the daemon is killed', async () => {
      const id = await bench.submit(`${untilGate()}; exit 8`);
      const call = bench.start(['wait', id, '--json']);
      await bench.killDaemon();
      writeFileSync(gate(), '');
      const { code, stdout } = await call.ended;
      assert.equal(code, 8);
      assert.equal(JSON.parse(stdout).exitCode, 8);
    });
  });
});
