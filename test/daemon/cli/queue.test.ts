import assert from 'node:assert/strict';
import { CliBench } from './bench.ts';

describe('queues on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('are created, changed and listed', async () => {
    const made = await bench.json(['queue', 'set', 'gpu', '--concurrency', '1', '--rate', '10/1m']);
    assert.equal(made.code, 0);
    assert.deepEqual(made.document, {
      name: 'gpu',
      concurrency: 1,
      rate: { count: 10, periodMs: 60_000 },
      paused: false,
      timeLimitMs: null,
      running: 0,
      waiting: 0,
      cancelAllowed: true,
      retryAllowed: true,
      throttled: true,
    });
    const changed = await bench.json(['queue', 'set', 'gpu', '--rate', 'none', '--timeout', '30m']);
    assert.deepEqual(
      [changed.document.concurrency, changed.document.rate, changed.document.timeLimitMs],
      [1, null, 1_800_000],
    );
    const { document } = await bench.json(['queue', 'ls']);
    assert.deepEqual(
      document.queues.map(({ name }: { name: string }) => name),
      ['default', 'gpu'],
    );
    const { stdout } = await bench.call(['queue', 'ls']);
    assert.match(stdout, /^QUEUE +RUNNING +WAITING +CONCURRENCY +RATE +TIMEOUT\n/);
    assert.match(stdout, /^gpu +0 +0 +1 +none +30 min$/m);
  });

  it('order waiting jobs by priority, and show why they wait', async () => {
    await bench.call(['queue', 'set', 'gpu', '--concurrency', '1']);
    const first = (await bench.call(['submit', '-q', 'gpu', '--', 'sleep', '30'])).stdout.trim();
    await bench.call(['submit', '-q', 'gpu', '--', 'true']);
    const urgent = (await bench.call(['submit', '-q', 'gpu', '-p', 'urgent', '--', 'sleep', '30'])).stdout.trim();
    const { stdout } = await bench.call(['show', urgent]);
    assert.match(stdout, /^queue +gpu$/m);
    assert.match(stdout, /^waiting +queue “gpu” is full \(1 of 1\)$/m);
    assert.match((await bench.call(['ls', '--status', 'waiting'])).stdout, /queue “gpu” is full \(1 of 1\)/);

    await bench.call(['cancel', first]);
    await bench.call(['wait', first]);
    const { document } = await bench.json(['queue', 'ls']);
    assert.deepEqual([document.queues[1].running, document.queues[1].waiting], [1, 1]);
    assert.ok(['pending', 'running'].includes((await bench.show(urgent)).status));
  });

  it('are paused and resumed', async () => {
    assert.equal((await bench.json(['queue', 'pause', 'default'])).document.paused, true);
    const id = (await bench.call(['submit', '--', 'true'])).stdout.trim();
    assert.match((await bench.call(['show', id])).stdout, /^waiting +queue paused$/m);
    assert.match((await bench.call(['queue', 'resume', 'default'])).stdout, /^default/m);
    assert.equal((await bench.call(['wait', id])).code, 0);
  });

  it('reject unknown names with a list of the existing ones, and invalid numbers', async () => {
    const { code, document } = await bench.json(['submit', '--queue', 'nosuch', '--', 'true']);
    assert.deepEqual([code, document.error.code], [1, 'UNKNOWN_QUEUE']);
    assert.match(document.error.hint, /default/);
    assert.equal((await bench.json(['ls'])).document.total, 0);
    assert.deepEqual(await bench.errorOf(['queue', 'pause', 'nosuch']), [1, 'UNKNOWN_QUEUE']);
    assert.deepEqual(await bench.errorOf(['queue', 'set', 'q', '--concurrency', '-1']), [1, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['queue', 'set', 'q', '--concurrency', 'many']), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['queue', 'set', 'q', '--rate', '10 a minute']), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['queue', 'set', '..', '--concurrency', '1']), [1, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['submit', '--priority', 'soon', '--', 'true']), [2, 'INVALID_REQUEST']);
    assert.equal((await bench.json(['queue', 'ls'])).document.queues.length, 1);
  });

  it('can forbid cancelling and retrying, and are removed when empty', async () => {
    const set = await bench.json(['queue', 'set', 'locked', '--no-cancel', '--no-retry', '--rate', '5/1m']);
    assert.deepEqual([set.document.cancelAllowed, set.document.retryAllowed], [false, false]);
    assert.match((await bench.call(['queue', 'ls'])).stdout, /^locked .* throttled, no cancel, no retry$/m);
    const id = (await bench.call(['submit', '-q', 'locked', '--', 'sleep', '60'])).stdout.trim();
    assert.deepEqual(await bench.errorOf(['cancel', id]), [1, 'FORBIDDEN_BY_QUEUE']);
    assert.deepEqual(await bench.errorOf(['queue', 'rm', 'locked']), [1, 'QUEUE_IN_USE']);
    await bench.call(['queue', 'set', 'locked', '--cancel']);
    assert.equal((await bench.call(['cancel', id])).code, 0);
    await bench.call(['wait', id]);
    assert.deepEqual(await bench.errorOf(['retry', id]), [1, 'FORBIDDEN_BY_QUEUE']);

    assert.deepEqual(await bench.json(['queue', 'rm', 'locked']), { code: 0, document: { removed: 1 } });
    assert.deepEqual(await bench.errorOf(['queue', 'rm', 'locked']), [1, 'UNKNOWN_QUEUE']);
    assert.deepEqual(await bench.errorOf(['retry', id]), [1, 'UNKNOWN_QUEUE']);
    assert.deepEqual(await bench.errorOf(['queue', 'rm', 'default']), [1, 'QUEUE_IN_USE']);
  });
});
