import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliBench } from '../cli/bench.ts';

/** A PATH without jobdeck. */
const path = '/usr/bin:/bin';

describe('a shell job that reports', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  /** Runs a script as a job until it ends. */
  async function run(script: string) {
    const submitted = await bench.call(['submit', '--', 'sh', '-ec', script], { env: { PATH: path } });
    const id = submitted.stdout.trim();
    const { code } = await bench.call(['wait', id]);
    const { stdout } = await bench.call(['logs', id]);
    return { id, code, log: stdout, job: await bench.show(id) };
  }

  it('finds the command, although it is not on its PATH, and reports progress, steps, messages and a result', async () => {
    const { code, log, job } = await run(`
      jobdeck step --declare fetch,build=Build
      jobdeck step fetch done
      jobdeck step build 50% -m Halfway
      jobdeck message "Look here" --level warning --context '{"line": 7}'
      jobdeck progress 40 100 "Indexing"
      echo '{"rows": 5}' | jobdeck result -
    `);
    assert.equal(code, 0, log);
    assert.equal(log, '');
    assert.deepEqual([job.progress?.current, job.progress?.total, job.progress?.message], [40, 100, 'Indexing']);
    assert.deepEqual(
      job.steps.map(({ id, label, status, progress }) => [id, label, status, progress]),
      [
        ['fetch', 'fetch', 'completed', 1],
        ['build', 'Build', 'running', 0.5],
      ],
    );
    const entry = job.events.find(({ kind }) => kind === 'message');
    assert.deepEqual([entry?.level, entry?.message, entry?.context], ['warning', 'Look here', { line: 7 }]);
    assert.deepEqual(job.result, { rows: 5 });
    assert.equal(statSync(join(bench.home, 'bin', 'jobdeck')).mode & 0o777, 0o700);
  });

  it('continues without a daemon, unless it is strict', async () => {
    await bench.call(['daemon', 'start']);
    await bench.killDaemon();
    const env = { JOBDECK_JOB_ID: 'abc', JOBDECK_TOKEN: 'jd1.abc.x', JOBDECK_URL: 'http://127.0.0.1:9' };
    const { code, stderr } = await bench.call(['progress', '1'], { env });
    assert.equal(code, 0);
    assert.match(stderr, /^jobdeck: Could not report to the Jobdeck daemon: /);
    assert.equal((await bench.call(['progress', '1', '--strict'], { env })).code, 1);
    rmSync(join(bench.home, 'daemon.json'), { force: true });
    assert.deepEqual(await bench.json(['progress', '1'], { env }), { code: 0, document: null });
  });

  it('has to run in a job, or to name one', async () => {
    const outside = { env: { JOBDECK_JOB_ID: undefined } };
    const { code, document } = await bench.json(['message', 'hi'], outside);
    assert.deepEqual([code, document.error.code], [2, 'INVALID_REQUEST']);
    assert.match(document.error.hint, /--job/);

    const id = await bench.submit('sleep 30');
    await bench.call(['message', 'From outside', '--job', id], outside);
    assert.ok((await bench.show(id)).events.some(({ message }) => message === 'From outside'));
    assert.equal(
      (await bench.json(['progress', '9', '3', '--job', id], outside)).document.error.code,
      'INVALID_REQUEST',
    );
    assert.equal((await bench.json(['step', 'x', '--job', id], outside)).document.error.code, 'UNKNOWN_STEP');
    assert.equal(
      (await bench.json(['progress', '9', '--job', 'nosuch'], outside)).document.error.code,
      'JOB_NOT_FOUND',
    );
    await bench.call(['cancel', id]);
  });

  it('can’t access other jobs with its own token', async () => {
    const other = await bench.submit('sleep 30');
    const { code, log } = await run(`
      JOBDECK_JOB_ID=${other} jobdeck progress 1 || echo refused
    `);
    assert.equal(code, 0);
    assert.match(log, /refused/);
    assert.equal((await bench.show(other)).progress, null);
    await bench.call(['cancel', other]);
  });

  it('reaches the successor of the daemon that started it', async () => {
    const gate = join(bench.home, 'gate');
    mkdirSync(gate);
    const script = `while [ ! -e '${gate}/open' ]; do sleep 0.05; done; jobdeck progress 1 2`;
    const { stdout } = await bench.call(['submit', '--', 'sh', '-ec', script], { env: { PATH: path } });
    await bench.killDaemon();
    await bench.call(['daemon', 'start']);
    writeFileSync(join(gate, 'open'), '');
    assert.equal((await bench.call(['wait', stdout.trim()])).code, 0);
    assert.equal((await bench.show(stdout.trim())).progress?.total, 2);
  });
});
