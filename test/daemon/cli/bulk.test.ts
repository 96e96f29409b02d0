import assert from 'node:assert/strict';
import { CliBench } from './bench.ts';

describe('commands on many jobs', () => {
  let bench: CliBench;
  beforeEach(async () => {
    bench = new CliBench();
    await bench.call(['queue', 'set', 'gpu']);
  });
  afterEach(() => bench.dispose());

  const submit = async (...words: string[]) => (await bench.call(['submit', ...words])).stdout.trim();
  const statuses = async (...ids: string[]) => Promise.all(ids.map(async (id) => (await bench.show(id)).status));

  it('cancel the jobs of a queue, of a group, and all', async () => {
    const [a = '', b = '', c = '', d = ''] = [
      await submit('--hold', '--', 'true'),
      await submit('--hold', '-q', 'gpu', '--', 'true'),
      await submit('--hold', '--group', 'nightly', '--', 'true'),
      await submit('--', 'sleep', '30'),
    ];
    assert.deepEqual(await bench.call(['cancel', '--queue', 'gpu', '--yes']), {
      code: 0,
      signal: null,
      stdout: 'Cancelling 1 job.\n',
      stderr: '',
    });
    assert.deepEqual(await bench.json(['cancel', '--group', 'nightly', '--yes']), {
      code: 0,
      document: { done: [c], failed: [] },
    });
    assert.deepEqual(await statuses(a, b, c), ['waiting', 'cancelled', 'cancelled']);
    assert.equal((await bench.call(['cancel', '--all', '-y'])).stdout, 'Cancelling 2 jobs.\n');
    assert.equal((await bench.call(['wait', d])).code, 143);
    assert.deepEqual(await statuses(a, d), ['cancelled', 'cancelled']);
    assert.equal((await bench.call(['cancel', '--all'])).stdout, 'No jobs to cancel.\n');
  });

  it('ask for confirmation, which a script gives with --yes', async () => {
    const id = await submit('--hold', '--', 'true');
    const { code, stderr } = await bench.call(['cancel', '--all']);
    assert.equal(code, 2);
    assert.equal(stderr, 'jobdeck: This would cancel 1 job.\n→ Confirm it with --yes.\n');
    assert.deepEqual(await statuses(id), ['waiting']);
  });

  it('reject unclear selections', async () => {
    for (const args of [['cancel'], ['cancel', '@', '--all'], ['cancel', '--all', '--queue', 'gpu'], ['retry']]) {
      assert.deepEqual(await bench.errorOf(args), [2, 'INVALID_REQUEST'], args.join(' '));
    }
    assert.deepEqual(await bench.errorOf(['retry', '--queue', 'gpu', '--yes']), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['retry', '@', '--failed']), [2, 'INVALID_REQUEST']);
  });

  it('retry the failed jobs of a filter', async () => {
    const failed = await submit('-q', 'gpu', '--', 'false');
    const others = [await submit('--', 'false'), await submit('-q', 'gpu', '--', 'true')];
    await bench.call(['wait', failed, ...others]);
    assert.equal((await bench.call(['retry', '--failed', '--queue', 'gpu', '--yes'])).stdout, 'Retrying 1 job.\n');
    await bench.call(['wait', failed]);
    const attempts = await Promise.all([failed, ...others].map(async (id) => (await bench.show(id)).attempt));
    assert.deepEqual(attempts, [2, 1, 1]);
  });

  it('remove and kill several jobs, and report the others', async () => {
    const [done, active] = [await submit('--', 'true'), await submit('--', 'sleep', '30')];
    await bench.call(['wait', done]);
    const removed = await bench.json(['rm', done, active]);
    assert.deepEqual([removed.code, removed.document.ids], [1, [done]]);
    assert.deepEqual(
      [removed.document.errors[0].id, removed.document.errors[0].error.code],
      [active, 'JOB_STILL_ACTIVE'],
    );
    const other = await submit('--hold', '--', 'true');
    const killed = await bench.json(['kill', active, other, '--reason', 'test']);
    assert.equal(killed.code, 0);
    assert.deepEqual(
      killed.document.jobs.map((job: { error: { code: string } }) => job.error.code),
      ['FORCE_FAILED', 'FORCE_FAILED'],
    );
  });
});
