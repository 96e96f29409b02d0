import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliBench } from './bench.ts';

describe('retries and timeouts on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  /** Fails the first time it runs in the test's home. */
  const failsOnce = 'if test -e mark; then echo again; else touch mark; echo first; exit 3; fi';

  it('retry a failed command and exit like the last attempt', async () => {
    const retries = ['--retries', '2', '--retry-delay', '100ms', '--retry-on', '3'];
    const { code, stdout, stderr } = await bench.call(['run', ...retries, '--', failsOnce]);
    assert.deepEqual([code, stdout], [0, 'first\nagain\n']);
    assert.match(stderr, /Attempt 1 failed\. Continuing with attempt 2\./);
    const [{ id }] = (await bench.json(['ls'])).document.jobs;
    assert.equal((await bench.call(['logs', id, '--attempt', '1'])).stdout, 'first\n');
  });

  it('show when the next attempt starts, even after the daemon was killed', async () => {
    const retries = ['--retries', '3', '--retry-delay', '1h', '--retry-backoff', 'fixed'];
    const id = (await bench.call(['submit', ...retries, '--', failsOnce])).stdout.trim();
    const { document } = await bench.json(['logs', '-f', id, '--attempt', '1']);
    assert.equal(document.text, 'first\n');
    assert.ok(existsSync(join(bench.home, 'mark')));
    await bench.killDaemon();
    const { stdout } = await bench.call(['show', id]);
    assert.match(stdout, /^waiting +retry 1 of 3 in (59 min|1 h)/m);
    assert.match(stdout, /EXIT_CODE/);
  });

  it('stop a command that runs too long', async () => {
    const { code, stderr } = await bench.call(['run', '--time-limit', '1s', '--', 'sleep 30']);
    assert.notEqual(code, 0);
    assert.match(stderr, /failed: The job ran longer than its timeout of 1 s\./);
  });

  it('reject invalid options', async () => {
    const usage: string[][] = [
      ['--retries', 'x'],
      ['--retry-delay', '5s'],
      ['--retries', '1', '--retry-on', 'a'],
    ];
    for (const args of usage) {
      assert.deepEqual(await bench.errorOf(['submit', ...args, '--', 'true']), [2, 'INVALID_REQUEST'], args.join(' '));
    }
    for (const args of [
      ['--retries', '1000'],
      ['--time-limit', '1ms'],
      ['--retries', '1', '--retry-on', '0'],
    ]) {
      assert.deepEqual(await bench.errorOf(['submit', ...args, '--', 'true']), [1, 'INVALID_REQUEST'], args.join(' '));
    }
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });
});
