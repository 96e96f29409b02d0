import assert from 'node:assert/strict';
import { CliBench } from './bench.ts';

describe('dependencies on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  const submit = async (...args: string[]) => (await bench.call(['submit', ...args])).stdout.trim();

  it('start a job when the others have ended as required', async () => {
    const good = await submit('--hold', '-t', 'build', '--', 'true');
    const bad = await submit('--hold', '--', 'false');
    const job = await submit('--after', good, '--after-any', bad, '--', 'echo done');
    assert.match((await bench.call(['show', job])).stdout, /^waiting +after “build” and 1 other job$/m);
    await bench.call(['release', good, bad]);
    assert.equal((await bench.call(['wait', job])).code, 0);
  });

  it('cancel a job whose dependency fails, and show why', async () => {
    const build = await submit('-t', 'build', '--', 'sleep 0.2; exit 3');
    const { code, stderr } = await bench.call(['run', '--after', build, '--', 'true']);
    assert.notEqual(code, 0);
    assert.match(stderr, /cancelled: It depends on `build` \(\w+\), which failed\./);
  });

  it('reject an unknown job', async () => {
    assert.deepEqual(await bench.errorOf(['submit', '--after', 'nosuchjob0', '--', 'true']), [1, 'JOB_NOT_FOUND']);
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });
});
