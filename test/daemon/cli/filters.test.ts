import assert from 'node:assert/strict';
import type { Job } from '../../../shared/job.ts';
import { CliBench } from './bench.ts';

describe('the command line on many jobs', () => {
  let bench: CliBench;
  before(async () => {
    bench = new CliBench();
    await bench.call(['run', '-t', 'Nightly build', '--type', 'build', '--', 'true']);
    await bench.call(['run', '-t', 'Release', '--type', 'ship', '--', 'echo lighthouse; exit 3']);
    await bench.call(['run', '-t', 'Smoke tests', '--type', 'test', '--', 'sleep 0.2']);
  });
  after(() => bench.dispose());

  const titles = async (...args: string[]) =>
    (await bench.json(['ls', ...args])).document.jobs.map((job: Job) => job.title);

  describe('ls', () => {
    it('supports every filter of the daemon', async () => {
      assert.deepEqual(await titles('--text', 'lighthouse'), ['Release']);
      assert.deepEqual(await titles('--text', 'nightly bui'), ['Nightly build']);
      assert.deepEqual(await titles('--queue', 'default', '--status', 'failed'), ['Release']);
      assert.deepEqual(await titles('--priority', 'urgent,high'), []);
      assert.deepEqual(await titles('--trigger', 'manual', '--engine', 'local', '--type', 'test'), ['Smoke tests']);
      assert.deepEqual(await titles('--since', '1h', '--until', 'today', '--limit', '1'), ['Smoke tests']);
      assert.deepEqual(await titles('--until', 'yesterday'), []);
      assert.deepEqual(await titles('--workspace', '.', '--order', 'asc', '--limit', '1'), ['Nightly build']);
      assert.deepEqual(await titles('--sort', 'duration', '--limit', '1'), ['Smoke tests']);
      assert.deepEqual(await titles('--created-by', 'nobody@nowhere'), []);
    });

    it('rejects names that don’t exist, with a similar one', async () => {
      await bench.call(['queue', 'set', 'gpu', '--concurrency', '1']);
      assert.deepEqual(await titles('--queue', 'gpu'), []);
      await bench.call(['submit', '--group', 'nightly', '--hold', '--', 'true']);
      for (const [option, name, similar] of [
        ['--queue', 'gpus', /There is no queue “gpus”\.\n.*Did you mean “gpu”\?/],
        ['--queue', 'somewhere', /There is no queue “somewhere”\.\n.*Use one of: .*default/],
        ['--group', 'nigthly', /There is no group “nigthly”\.\n.*Did you mean “nightly”\?/],
        ['--group', 'Release', /There is no group “Release”\./],
        ['--engine', 'celerry', /There is no engine “celerry”\.\n.*Did you mean “celery”\?/],
        ['--connection', 'none', /There is no connection “none”\./],
        ['--schedule', 'none', /There is no schedule none\./],
      ] as const) {
        for (const verb of [['ls'], ['retry', '--failed']]) {
          const { code, stderr, stdout } = await bench.call([...verb, option, name]);
          assert.deepEqual([code, stdout], [1, ''], stderr);
          assert.match(stderr, similar);
        }
      }
      assert.deepEqual(await bench.errorOf(['cancel', '--queue', 'gpus', '--yes']), [1, 'UNKNOWN_QUEUE']);
      assert.deepEqual(await bench.errorOf(['cancel', '--group', 'nigthly', '--yes']), [1, 'JOB_NOT_FOUND']);
      await bench.call(['cancel', 'nightly']);
      await bench.call(['rm', 'nightly']);
      assert.match((await bench.call(['ls', '--type', 'biuld'])).stderr, /No job has the type .*Did you mean “build”/);
    });

    it('reports empty results and invalid filters', async () => {
      assert.match((await bench.call(['ls', '--text', 'unheard'])).stderr, /No matching jobs/);
      const { code, stderr } = await bench.call(['ls', '--since', 'once upon a time']);
      assert.equal(code, 1);
      assert.match(stderr, /--since is not a time.*\n.*2 days ago/);
      assert.match((await bench.call(['ls', '--sort', 'beauty'])).stderr, /createdAt, endedAt, duration/);
      assert.match(
        (await bench.call(['ls', '--trigger', 'fate'])).stderr,
        /“fate” is not a valid trigger\.\n.*scheduled/,
      );
    });
  });

  describe('stats', () => {
    it('prints JSON', async () => {
      const { code, document } = await bench.json(['stats', '--since', '2d']);
      assert.equal(code, 0);
      assert.deepEqual([document.jobs, document.completed, document.failed], [3, 2, 1]);
      assert.equal(document.successRate, 2 / 3);
      assert.equal(document.types.length, 3);
      assert.ok(document.p95Ms >= 200 && document.totalMs >= document.p95Ms);
      assert.equal((await bench.json(['stats', '--type', 'ship'])).document.failed, 1);
    });

    it('prints a table', async () => {
      const { stdout } = await bench.call(['stats']);
      assert.match(stdout, /^3 jobs finished from \d{4}-\d\d-\d\d to .*UTC/);
      assert.match(stdout, /^TYPE +JOBS +SUCCESS +FAILED +CANCELLED +AVERAGE +P50 +P95 +TOTAL$/m);
      assert.match(stdout, /^build +1 +100% +0 +0 /m);
      assert.match(stdout, /^all +3 +66\.6% +1 +0 /m);
      assert.match((await bench.call(['stats', '--until', '10d', '--since', '20d'])).stdout, /^No jobs finished/);
    });

    it('rejects a reversed period', async () => {
      assert.deepEqual(await bench.errorOf(['stats', '--since', '1d', '--until', '3d']), [1, 'INVALID_REQUEST']);
    });
  });
});

describe('the command line on old and repeated jobs', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('submit --key starts a job only once, and reports duplicates', async () => {
    const first = await bench.call(['submit', '--key', 'nightly', '--', 'sleep 30']);
    const second = await bench.call(['submit', '--key', 'nightly', '--', 'sleep 30']);
    assert.deepEqual([second.code, second.stdout], [0, first.stdout]);
    assert.doesNotMatch(first.stderr, /already/);
    assert.match(second.stderr, /with this key already exists/);
    assert.equal((await bench.json(['ls'])).document.total, 1);
  });

  it('clean counts, asks for confirmation, and removes', async () => {
    for (let n = 0; n < 3; n += 1) await bench.call(['run', '--', 'true']);
    assert.deepEqual(await bench.json(['clean', '--keep', '1', '--dry-run']), {
      code: 0,
      document: { removed: 2, dryRun: true },
    });
    const unasked = await bench.call(['clean', '--keep', '1']);
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /2 jobs would be removed/);
    assert.equal((await bench.call(['clean', '--keep', '1', '--yes'])).stdout, 'Removed 2 jobs.\n');
    assert.equal((await bench.json(['ls'])).document.total, 1);
    assert.equal((await bench.json(['clean', '--older-than', '30d'])).document.removed, 0);
    assert.deepEqual(await bench.errorOf(['clean', '--older-than', 'ages']), [1, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['clean', '--keep', '-1']), [2, 'INVALID_REQUEST']);
  });

  it('health shows the last cleanup and an empty queue', async () => {
    await bench.call(['run', '--', 'true']);
    await bench.call(['clean', '--keep', '0', '--yes']);
    const { code, document } = await bench.json(['health']);
    assert.equal(code, 0);
    assert.deepEqual([document.status, document.oldestWaiting, document.lastCleanUp.removed], ['ok', null, 1]);
    const { stdout } = await bench.call(['health']);
    assert.match(stdout, /^database +[\d.]+ kB$/m);
    assert.match(stdout, /^cleanup +just now, 1 removed$/m);
  });
});
