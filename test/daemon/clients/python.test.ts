import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClientBench, messagesIn, root } from './programs.ts';

const python = process.env.JOBDECK_TEST_PYTHON ?? 'python3';

/** Reports three messages per round and waits for stdin after each; then its block ends. */
const reporter = (rounds: number) => `
import sys, jobdeck
with jobdeck.job("Talk", type="test", total=${rounds}) as job:
    for round in range(1, ${rounds} + 1):
        for n in (1, 2, 3):
            job.info(f"{round}.{n}")
        job.log(f"round {round}\\n")
        job.progress(round)
        print(round, job.flush(5), flush=True)
        sys.stdin.readline()
`;

describe('the Python client and the daemon', function () {
  this.timeout(60_000);
  let bench: ClientBench;
  beforeEach(() => {
    bench = new ClientBench();
  });
  afterEach(() => bench.dispose());

  const all = (rounds: number) =>
    Array.from({ length: rounds }, (_, round) => [1, 2, 3].map((n) => `${round + 1}.${n}`)).flat();

  it('lose nothing, repeat nothing and keep the order when the daemon is killed', async () => {
    await bench.startDaemon();
    const program = bench.start(python, [bench.write('talk.py', reporter(5))]);
    assert.equal(await program.line(), '1 True');
    await bench.killDaemon();
    program.go();
    assert.equal(await program.line(), '2 False');
    program.go();
    assert.equal(await program.line(), '3 False');
    await bench.startDaemon();
    program.go();
    assert.equal(await program.line(), '4 True');
    await bench.killDaemon();
    await bench.startDaemon();
    program.go();
    await program.line();
    program.go();
    assert.deepEqual(await program.ended, { code: 0, signal: null, stderr: '' });
    const job = await bench.endedJob();
    assert.deepEqual(messagesIn(job), all(5));
    assert.deepEqual([job.status, job.progress?.current], ['completed', 5]);
    const log = await bench.daemon.request('GET', `/v1/jobs/${job.id}/attempts/1/log`);
    assert.equal(log.text, 'round 1\nround 2\nround 3\nround 4\nround 5\n');
    assert.deepEqual(readdirSync(join(bench.home, 'spool')), []);
  });

  it('deliver reports of a program that ran while no daemon was running', async () => {
    const program = bench.start(python, [bench.write('talk.py', reporter(1))]);
    assert.equal(await program.line(), '1 False');
    program.go();
    assert.equal((await program.ended).code, 0);
    await bench.startDaemon();
    const job = await bench.jobThat(({ endedAt }) => endedAt !== null);
    assert.deepEqual([job.title, job.status, messagesIn(job)], ['Talk', 'completed', all(1)]);
  });

  it('report an exception with its traceback, and an interrupt as a cancellation', async () => {
    await bench.startDaemon();
    const text = `
import jobdeck
with jobdeck.job("Divide"):
    1 / 0
`;
    const { code, stderr } = await bench.start(python, [bench.write('divide.py', text)]).ended;
    assert.equal(code, 1);
    assert.match(stderr, /^Traceback/);
    const job = await bench.endedJob();
    assert.deepEqual([job.status, job.error?.message], ['failed', 'division by zero']);
    assert.match(job.error?.details ?? '', /divide\.py", line 4/);
  });

  it('notify the program of a cancellation', async () => {
    await bench.startDaemon();
    const text = `
import time, jobdeck
with jobdeck.job("Wait", raise_on_cancel=True) as job:
    job.flush()
    print(job.id, flush=True)
    while True:
        job.progress(1)
        time.sleep(0.01)
`;
    const program = bench.start(python, [bench.write('wait.py', text)]);
    await bench.daemon.request('POST', `/v1/jobs/${await program.line()}/cancel`, {});
    assert.match((await program.ended).stderr, /jobdeck\._job\.Cancelled/);
    assert.equal((await bench.endedJob()).status, 'cancelled');
  });

  it('report on the job that the program runs in', async () => {
    await bench.startDaemon();
    const text = `
import jobdeck
job = jobdeck.current_job()
job.progress(1, 4, "Inside")
job.result([1, 2])
`;
    const command = { argv: [python, bench.write('inside.py', text)] };
    const env = Object.fromEntries(
      Object.entries(bench.env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    );
    const { id } = await bench.daemon.submit(command, { cwd: bench.folder, env });
    await bench.daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const job = await bench.endedJob();
    assert.deepEqual([job.status, job.progress?.message, job.result], ['completed', 'Inside', [1, 2]]);
  });

  it('pass the client’s unit tests', () => {
    const args = ['-W', 'error::ResourceWarning', '-m', 'unittest', 'discover', '-s', 'tests', '-v'];
    const { status, stderr } = spawnSync(python, args, {
      cwd: join(root, 'clients', 'python'),
      encoding: 'utf8',
      env: { ...bench.env, PYTHONPATH: '.' },
    });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Ran \d{2,} tests/);
  });
});
