import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClientBench, messagesIn, root } from './programs.ts';

/** Reports three messages per round and waits for stdin after each of `rounds` rounds, then completes. */
const reporter = (rounds: number, end = 'job.complete({ rounds });') => `
  import { createInterface } from 'node:readline';
  import { startJob } from 'jobdeck/client';
  const rounds = ${rounds};
  const job = startJob({ title: 'Talk', type: 'test', total: rounds });
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  for (let round = 1; round <= rounds; round += 1) {
    for (const n of [1, 2, 3]) job.info(round + '.' + n);
    job.log('round ' + round + '\\n');
    job.progress(round, rounds);
    console.log(round, await job.flush(300));
    await lines.next();
  }
  process.stdin.destroy();
  ${end}
`;

describe('the Node client and the daemon', function () {
  this.timeout(60_000);
  let bench: ClientBench;
  beforeEach(() => {
    bench = new ClientBench();
    bench.linkPackage();
  });
  afterEach(() => bench.dispose());

  const all = (rounds: number) =>
    Array.from({ length: rounds }, (_, round) => [1, 2, 3].map((n) => `${round + 1}.${n}`)).flat();

  it('lose nothing, repeat nothing and keep the order when the daemon is killed', async () => {
    await bench.startDaemon();
    const program = bench.start(process.execPath, [bench.write('talk.mjs', reporter(5))]);
    assert.equal(await program.line(), '1 true');
    await bench.killDaemon();
    program.go();
    assert.equal(await program.line(), '2 false');
    program.go();
    assert.equal(await program.line(), '3 false');
    await bench.startDaemon();
    program.go();
    await program.line();
    await bench.killDaemon();
    await bench.startDaemon();
    program.go();
    await program.line();
    program.go();
    assert.deepEqual(await program.ended, { code: 0, signal: null, stderr: '' });
    const job = await bench.endedJob();
    assert.deepEqual(messagesIn(job), all(5));
    assert.deepEqual([job.status, job.result, job.progress?.current], ['completed', { rounds: 5 }, 5]);
    const log = await bench.daemon.request('GET', `/v1/jobs/${job.id}/attempts/1/log`);
    assert.equal(log.text, 'round 1\nround 2\nround 3\nround 4\nround 5\n');
    assert.deepEqual(readdirSync(join(bench.home, 'spool')), []);
  });

  it('deliver reports of a program that ran while no daemon was running', async () => {
    const program = bench.start(process.execPath, [bench.write('talk.mjs', reporter(1))]);
    assert.equal(await program.line(), '1 false');
    program.go();
    assert.equal((await program.ended).code, 0);
    assert.equal(readdirSync(join(bench.home, 'spool')).length, 1);
    await bench.startDaemon();
    const job = await bench.jobThat(({ endedAt }) => endedAt !== null);
    assert.deepEqual([job.title, job.status, messagesIn(job)], ['Talk', 'completed', all(1)]);
  });

  it('deliver the last reports of a program that calls process.exit', async () => {
    await bench.startDaemon();
    const program = bench.start(process.execPath, [
      bench.write('exit.mjs', reporter(1, 'job.complete(); process.exit(3);')),
    ]);
    await program.line();
    program.go();
    assert.equal((await program.ended).code, 3);
    assert.equal((await bench.endedJob()).status, 'completed');
  });

  it('report an uncaught exception if requested', async () => {
    await bench.startDaemon();
    const text = `
      const { startJob } = require('jobdeck/client');
      startJob({ title: 'Throw', failOnUncaught: true });
      setTimeout(() => { throw new TypeError('Out of it.'); }, 10);
    `;
    const { code, stderr } = await bench.start(process.execPath, [bench.write('throw.cjs', text)]).ended;
    assert.equal(code, 1);
    assert.match(stderr, /TypeError: Out of it\./);
    const job = await bench.endedJob();
    assert.deepEqual([job.status, job.error?.message], ['failed', 'Out of it.']);
    assert.match(job.error?.details ?? '', /throw\.cjs/);
  });

  it('fail the job of a killed program after its heartbeat timeout', async () => {
    await bench.startDaemon();
    const text = reporter(1).replace("type: 'test'", 'heartbeatMs: 1000');
    const program = bench.start(process.execPath, [bench.write('talk.mjs', text)]);
    await program.line();
    program.process.kill('SIGKILL');
    await program.ended;
    const job = await bench.endedJob();
    assert.deepEqual([job.status, job.error?.code], ['failed', 'HEARTBEAT_LOST']);
  });

  it('notify the program of a cancellation', async () => {
    await bench.startDaemon();
    const text = `
      import { startJob } from 'jobdeck/client';
      const job = startJob({ title: 'Wait' });
      const alive = setInterval(() => {}, 1000);
      job.signal.addEventListener('abort', () => { job.fail('Stopped.'); clearInterval(alive); });
      console.log(await job.known);
    `;
    const program = bench.start(process.execPath, [bench.write('wait.mjs', text)]);
    await bench.daemon.request('POST', `/v1/jobs/${await program.line()}/cancel`, {});
    assert.equal((await program.ended).code, 0);
    assert.equal((await bench.endedJob()).status, 'cancelled');
  });

  it('report on the job that the program runs in, which ends with it', async () => {
    await bench.startDaemon();
    const text = `
      const { currentJob } = require('jobdeck/client');
      const job = currentJob();
      job.progress(1, 4, 'Inside');
      job.log('logged\\n');
      job.complete({ done: true });
    `;
    const { id } = await bench.daemon.submit(
      { argv: [process.execPath, bench.write('inside.cjs', text)] },
      {
        cwd: bench.folder,
      },
    );
    await bench.daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const job = await bench.endedJob();
    assert.deepEqual([job.status, job.progress?.message, job.result], ['completed', 'Inside', { done: true }]);
    assert.equal((await bench.daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`)).text, 'logged\n');
  });

  it('start the daemon if requested', async () => {
    const text = `
      import { startJob } from 'jobdeck/client';
      const job = startJob({ title: 'First', start: true });
      job.complete();
      console.log(await job.flush(20000));
    `;
    const program = bench.start(process.execPath, [bench.write('first.mjs', text)]);
    assert.equal(await program.line(), 'true');
    await program.ended;
    const cli = join(root, 'dist', 'cli.js');
    const { stdout } = spawnSync(process.execPath, [cli, 'ls'], { env: bench.env, encoding: 'utf8' });
    spawnSync(process.execPath, [cli, 'daemon', 'stop'], { env: bench.env });
    assert.match(stdout, /Completed +First/);
  });

  it('provide types for a project', async () => {
    const text = `
      import { type ReportedJob, currentJob, startJob } from 'jobdeck/client';
      const job: ReportedJob | null = currentJob();
      startJob({ title: 'T', steps: ['a', { id: 'b', weight: 2 }] }).step('a').progress(0.5);
      // @ts-expect-error: the title is required
      startJob({});
      job?.progress(1);
    `;
    const file = bench.write('typed.mts', text);
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [tsc, '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', '', file];
    const program = bench.start(process.execPath, args);
    const [code] = await once(program.process, 'close');
    assert.equal(code, 0);
    assert.ok(existsSync(file));
  });
});
