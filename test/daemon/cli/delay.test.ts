import assert from 'node:assert/strict';
import { CliBench } from './bench.ts';

describe('delayed jobs on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('start automatically after the delay', async () => {
    const { stdout, code } = await bench.call(['run', '--in', '300ms', '--', 'echo late']);
    assert.deepEqual([stdout, code], ['late\n', 0]);
    assert.equal((await bench.call(['run', '--at', 'now', '--', 'true'])).code, 0);
  });

  it('show when they will start', async () => {
    const { stdout, stderr } = await bench.call(['submit', '--at', 'tomorrow 0:00', '--', 'true']);
    assert.match(stderr, /Starts at \d{4}-\d\d-\d\d 00:00:00 UTC\S*, in \d+/);
    const id = stdout.trim();
    const job = await bench.show(id);
    assert.deepEqual([job.status, job.waitReason], ['waiting', 'delay']);
    assert.match(
      (await bench.call(['show', id])).stdout,
      /^waiting +starts in \d+.*\nstarts +\d{4}-\d\d-\d\d 00:00:00 UTC/m,
    );
  });

  it('are held and released', async () => {
    const id = (await bench.call(['submit', '--hold', '--', 'true'])).stdout.trim();
    const other = (await bench.call(['submit', '--hold', '--', 'true'])).stdout.trim();
    assert.match((await bench.call(['hold', id])).stdout, /Waiting .* on hold until released/);
    const { code, document } = await bench.json(['release', id, other]);
    assert.deepEqual([code, document.jobs.length, document.errors], [0, 2, []]);
    assert.equal((await bench.call(['wait', id, other])).code, 0);
    assert.deepEqual(await bench.errorOf(['hold', id]), [1, 'JOB_ALREADY_ENDED']);
  });

  it('are started now, unless they wait for another job', async () => {
    const later = (await bench.call(['submit', '--in', '1h', '--', 'true'])).stdout.trim();
    const held = (await bench.call(['submit', '--hold', '--', 'true'])).stdout.trim();
    const next = (await bench.call(['submit', '--after', held, '--', 'true'])).stdout.trim();
    assert.deepEqual(await bench.errorOf(['start', next]), [1, 'ENGINE_NOT_CAPABLE']);
    const { code, document } = await bench.json(['start', later, held]);
    assert.deepEqual([code, document.jobs.length, document.errors], [0, 2, []]);
    assert.equal((await bench.call(['wait', later, held, next])).code, 0);
    assert.deepEqual(await bench.errorOf(['start', later]), [1, 'JOB_ALREADY_ENDED']);
  });

  it('change their priority', async () => {
    const id = (await bench.call(['submit', '--hold', '--', 'true'])).stdout.trim();
    assert.equal((await bench.json(['priority', 'urgent', id])).document.priority, 'urgent');
    assert.match((await bench.call(['show', id])).stdout, /Priority changed to urgent\./);
    assert.deepEqual(await bench.errorOf(['priority', 'first', id]), [2, 'INVALID_REQUEST']);
  });

  it('reject invalid times', async () => {
    for (const args of [
      ['--at', 'soon'],
      ['--in', '5'],
      ['--at', '2020-01-01'],
      ['--in', '1s', '--at', '7:30'],
    ]) {
      assert.deepEqual(await bench.errorOf(['submit', ...args, '--', 'true']), [2, 'INVALID_REQUEST'], args.join(' '));
    }
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });
});
