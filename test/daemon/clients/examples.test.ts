import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { example } from './examples.ts';
import { ClientBench, messagesIn } from './programs.ts';

const python = process.env.JOBDECK_TEST_PYTHON ?? 'python3';

describe('the examples of the documentation', function () {
  this.timeout(60_000);
  let bench: ClientBench;
  beforeEach(async () => {
    bench = new ClientBench();
    await bench.startDaemon();
  });
  afterEach(() => bench.dispose());

  const quietly = { code: 0, signal: null, stderr: '' };

  it('in Node', async () => {
    bench.linkPackage();
    const file = bench.write('example.mjs', example('docs/reporting.md', 'js', 'startJob'));
    assert.deepEqual(await bench.start(process.execPath, [file]).ended, quietly);
    const job = await bench.endedJob();
    assert.deepEqual([job.title, job.status, job.result], ['Ingest', 'completed', { rows: 100 }]);
    assert.deepEqual(
      job.steps.map(({ id, status }) => [id, status]),
      [
        ['read', 'completed'],
        ['write', 'completed'],
      ],
    );
  });

  it('in Python', async () => {
    const file = bench.write('example.py', example('docs/reporting.md', 'python', 'with jobdeck.job'));
    assert.deepEqual(await bench.start(python, [file]).ended, quietly);
    const job = await bench.endedJob();
    assert.deepEqual([job.title, job.status, job.result], ['Ingest', 'completed', { rows: 100 }]);
    assert.deepEqual([job.progress?.current, job.progress?.message], [100, 'Row 100']);
  });

  it('of the Python client', async () => {
    const file = bench.write('example.py', example('clients/python/README.md', 'python', 'import logging'));
    assert.deepEqual(await bench.start(python, [file]).ended, quietly);
    const jobs = await bench.jobs();
    assert.deepEqual(jobs.map(({ title, status }) => `${title} ${status}`).sort(), [
      'Convert completed',
      'Ingest completed',
      'Mail completed',
    ]);
  });

  it('in a shell', async () => {
    const script = example('docs/reporting.md', 'sh', 'jobdeck step --declare');
    const path = [join(bench.home, 'bin'), process.env.PATH].join(delimiter);
    const program = bench.start('sh', ['-ec', `PATH='${path}'\n${script}`]);
    assert.equal((await program.ended).code, 0);
    const job = await bench.endedJob();
    assert.deepEqual([job.status, job.result], ['completed', { files: 12 }]);
    assert.deepEqual(messagesIn(job), ['Two files were skipped']);
  });
});
