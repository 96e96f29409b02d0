import assert from 'node:assert/strict';
import { processExists } from '../../../daemon/engines/local/processes/process.ts';
import { CliBench } from './bench.ts';

describe('jobdeck kill', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  /** Starts a job that ignores SIGTERM, with children that ignore it, too. */
  async function stubborn(more: string[] = []): Promise<{ id: string; pid: number }> {
    const line = 'trap "" TERM; (sh -c "while :; do sleep 0.1; done") & echo ready; while :; do sleep 0.1; done';
    const id = (await bench.call(['submit', ...more, '--shell', '--', line])).stdout.trim();
    await bench.start(['logs', '-f', id]).until(({ stdout }) => stdout.includes('ready'));
    const pid = (await bench.show(id)).attempts[0]?.pid ?? assert.fail();
    return { id, pid };
  }

  it('kills a job with all its processes at once; it can be retried', async () => {
    const { id, pid } = await stubborn();
    const { code, document } = await bench.json(['kill', id, '--reason', 'it hangs']);
    assert.deepEqual([code, document.status, document.error.code], [0, 'failed', 'FORCE_FAILED']);
    assert.equal(processExists(pid), false);
    assert.match((await bench.call(['show', id])).stdout, /force stopped: it hangs/);

    await bench.call(['retry', id, '--', 'true']);
    assert.equal((await bench.call(['wait', id])).code, 0);
    // The name it had before.
    assert.deepEqual(await bench.errorOf(['rescue', id]), [1, 'JOB_ALREADY_ENDED']);
  });

  it('kills several jobs, and continues after one fails', async () => {
    const [one, done, two] = [
      await bench.submit('sleep 60'),
      await bench.submit('true'),
      await bench.submit('sleep 60'),
    ];
    await bench.call(['wait', done]);
    const { code, document } = await bench.json(['kill', one, done, two]);
    assert.equal(code, 1);
    assert.deepEqual(
      document.jobs.map(({ status }: { status: string }) => status),
      ['failed', 'failed'],
    );
    assert.equal(document.errors[0].error.code, 'JOB_ALREADY_ENDED');
  });

  it('kills all jobs, including waiting ones, but only with confirmation', async () => {
    await bench.call(['queue', 'set', 'gpu', '--concurrency', '1']);
    const { id, pid } = await stubborn(['-q', 'gpu']);
    const waiting = (await bench.call(['submit', '-q', 'gpu', '--', 'true'])).stdout.trim();
    const unasked = await bench.json(['kill', '--all']);
    assert.deepEqual([unasked.code, unasked.document.error.code], [2, 'CONFIRMATION_NEEDED']);
    assert.match(unasked.document.error.message, /2 jobs/);
    assert.equal((await bench.show(waiting)).status, 'waiting');

    const { code, document } = await bench.json(['kill', '--all', '--yes']);
    assert.deepEqual([code, document], [0, { failed: [waiting, id] }]);
    assert.equal(processExists(pid), false);
    assert.deepEqual((await bench.show(waiting)).attempts, []);
    assert.equal((await bench.call(['kill', '--all'])).stdout, 'No jobs to kill.\n');
  });

  it('requires either IDs or --all', async () => {
    assert.deepEqual(await bench.errorOf(['kill']), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['kill', 'x', '--all', '--yes']), [2, 'INVALID_REQUEST']);
  });
});
