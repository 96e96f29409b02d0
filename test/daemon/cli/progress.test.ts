import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../../shared/job.ts';
import { startDaemon, type TestDaemon } from '../harness.ts';
import { CliBench } from './bench.ts';

/** A shell command that draws a bar up to 60%, waits for the gate, then draws the rest. */
const bar = (gate: string) =>
  `for n in 10 20 60; do printf '\\rLoading [====>   ] %s%%' $n; done; while [ ! -e ${gate} ]; do sleep 0.05; done; printf '\\rLoading [========] 100%%\\n'`;

describe('progress read from a job’s output', () => {
  let daemon: TestDaemon;
  let bench: CliBench;
  before(async () => {
    daemon = await startDaemon();
    bench = new CliBench();
  });
  after(async () => {
    await daemon.dispose();
    await bench.dispose();
  });

  const percent = (job: Job) => job.progress && (100 * job.progress.current) / (job.progress.total ?? Number.NaN);

  it('reaches subscribers while the job runs, and is complete at the end', async () => {
    const gate = join(daemon.home, 'gate');
    const { id } = await daemon.submit(bar(gate));
    const running = await daemon.waitForJob(id, (job) => job.progress !== null);
    assert.deepEqual([running.status, percent(running), running.progress?.phase], ['running', 60, 'Loading']);
    writeFileSync(gate, '');
    const ended = await daemon.waitForJob(id, (job) => job.endedAt !== null);
    assert.deepEqual([ended.status, percent(ended)], ['completed', 100]);
  });

  it('is continued by the next daemon when this one is killed', async () => {
    const gate = join(daemon.home, 'second-gate');
    const { id } = await daemon.submit(bar(gate));
    await daemon.waitForJob(id, (job) => job.progress !== null);
    await daemon.kill9();
    daemon = await startDaemon({ home: daemon.home });
    writeFileSync(gate, '');
    const ended = await daemon.waitForJob(id, (job) => job.endedAt !== null);
    assert.deepEqual([ended.status, percent(ended)], ['completed', 100]);
  });

  it('is shown by “jobdeck ls” and “jobdeck show”', async () => {
    const gate = join(bench.home, 'gate');
    const { document } = await bench.json(['submit', '--', bar(gate)]);
    const info = await bench.info();
    const other = { url: `http://127.0.0.1:${info.port}`, token: info.token };
    for (;;) {
      const reply = await fetch(`${other.url}/v1/jobs/${document.id}`, {
        headers: { authorization: `Bearer ${other.token}` },
      });
      const job = (await reply.json()) as Job;
      if (job.progress !== null) break;
    }
    assert.match((await bench.call(['ls'])).stdout, / 60%/);
    assert.match((await bench.call(['show', document.id])).stdout, /^60% · Loading/m);
    writeFileSync(gate, '');
    assert.equal((await bench.call(['wait', document.id])).code, 0);
  });

  it('can be turned off, or read with a regular expression', async () => {
    const off = await bench.json(['run', '--no-progress', '--', 'echo Progress: 50%']);
    assert.equal(off.document.progress, null);
    const own = ['run', '--progress-pattern', '(?<current>\\d+) von (?<total>\\d+)', '--', 'echo 9 von 18'];
    assert.deepEqual((await bench.json(own)).document.progress, { current: 9, total: 18, message: null, phase: null });
  });

  it('requires a valid regular expression', async () => {
    const { code, stderr } = await bench.call(['run', '--progress-pattern', '(?<current>', '--', 'true']);
    assert.equal(code, 1);
    assert.match(stderr, /not a valid regular expression/);
  });
});
