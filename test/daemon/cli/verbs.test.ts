import assert from 'node:assert/strict';
import { mkdirSync, realpathSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../../shared/job.ts';
import { CliBench } from './bench.ts';

describe('the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  describe('submit', () => {
    it('prints the job’s ID and exits', async () => {
      const { code, stdout } = await bench.call(['submit', '--title', 'Nap', '--type', 'rest', '--', 'sleep', '30']);
      assert.equal(code, 0);
      assert.match(stdout, /^[0-9a-z]{10}\n$/);
      const job = await bench.show(stdout.trim());
      assert.deepEqual([job.title, job.type, job.trigger, job.engine], ['Nap', 'rest', 'manual', 'local']);
      assert.deepEqual(job.command, { argv: ['sleep', '30'] });
      assert.equal(job.createdBy, `${userInfo().username}@${hostname()}`);
    });

    it('prints the job as JSON', async () => {
      const { code, document } = await bench.json(['submit', '--', 'sleep', '30']);
      assert.equal(code, 0);
      assert.equal(document.title, 'sleep 30');
      assert.ok(['pending', 'running'].includes(document.status));
      assert.equal(new Date(document.createdAt).toISOString(), document.createdAt);
    });

    it('runs in the current folder, or in --cwd', async () => {
      const folder = join(realpathSync(bench.home), 'sub');
      mkdirSync(folder);
      assert.equal((await bench.call(['run', '--', 'pwd'], { cwd: folder })).stdout, `${folder}\n`);
      assert.equal((await bench.call(['run', '-C', 'sub', '--', 'pwd'])).stdout, `${folder}\n`);
    });

    it('rejects a missing folder, and changes nothing', async () => {
      const { code, document } = await bench.json(['submit', '--cwd', 'nowhere', '--', 'true']);
      assert.equal(code, 1);
      assert.equal(document.error.code, 'CWD_MISSING');
      assert.equal((await bench.json(['ls'])).document.total, 0);
    });

    it('rejects a missing command as a usage error, a blank one as an invalid request', async () => {
      assert.deepEqual(await bench.errorOf(['submit', '--']), [2, 'EMPTY_COMMAND']);
      assert.deepEqual(await bench.errorOf(['submit', '--', ' ']), [1, 'EMPTY_COMMAND']);
      assert.equal((await bench.json(['ls'])).document.total, 0);
    });
  });

  describe('ls', () => {
    const title = ({ title: text }: Job) => text;

    beforeEach(async () => {
      for (const args of [
        ['-t', 'first', '--', 'true'],
        ['-t', 'second', '--', 'false'],
        ['-t', 'third', '--', 'true'],
      ]) {
        await bench.call(['run', ...args]);
      }
    });

    it('prints jobs, the next cursor and the total as JSON, newest first', async () => {
      const { document } = await bench.json(['ls']);
      assert.deepEqual(Object.keys(document).sort(), ['jobs', 'nextCursor', 'total', 'totalIsExact']);
      assert.deepEqual(document.jobs.map(title), ['third', 'second', 'first']);
      assert.deepEqual([document.nextCursor, document.total], [null, 3]);
      const [job] = document.jobs;
      for (const field of [
        'id',
        'type',
        'status',
        'trigger',
        'engine',
        'queue',
        'priority',
        'progress',
        'error',
        'attempt',
      ]) {
        assert.ok(field in job, field);
      }
      assert.deepEqual([job.exitCode, job.attempt], [0, 1]);
      for (const time of ['createdAt', 'startedAt', 'endedAt', 'lastActivityAt']) {
        assert.match(job[time], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }
    });

    it('filters by status, and continues from a cursor', async () => {
      assert.deepEqual((await bench.json(['ls', '--status', 'failed'])).document.jobs.map(title), ['second']);
      const first = (await bench.json(['ls', '--limit', '2'])).document;
      assert.deepEqual(first.jobs.map(title), ['third', 'second']);
      const second = (await bench.json(['ls', '--limit', '2', '--cursor', first.nextCursor])).document;
      assert.deepEqual(second.jobs.map(title), ['first']);
      assert.deepEqual((await bench.json(['ls', '-n', '1', '--all'])).document.jobs.length, 3);
    });

    it('prints a table, without colors if there is no terminal', async () => {
      const { stdout } = await bench.call(['ls']);
      assert.match(stdout, /^ID +STATUS +TITLE +TIME +WHEN\n/);
      assert.match(stdout, /✖ Failed +second/);
      assert.equal(stdout.includes('\u001b'), false);
    });

    it('rejects an invalid status', async () => {
      assert.deepEqual(await bench.errorOf(['ls', '--status', 'lazy']), [1, 'INVALID_REQUEST']);
    });
  });

  it('ls reports on stderr that there are no jobs', async () => {
    const { code, stdout, stderr } = await bench.call(['ls']);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /No jobs yet/);
  });

  describe('show', () => {
    it('prints the job with its attempts as JSON', async () => {
      await bench.call(['run', '--', 'false']);
      const [{ id }] = (await bench.json(['ls'])).document.jobs;
      const { code, document } = await bench.json(['show', id]);
      assert.equal(code, 0);
      assert.equal(document.id, id);
      assert.deepEqual(
        document.attempts.map(({ number, exitCode }: Job & { number: number }) => [number, exitCode]),
        [[1, 1]],
      );
    });

    it('prints error, attempts, timeline and last lines', async () => {
      await bench.call(['run', '--title', 'Talk\u001b[2J', '--', 'echo before; echo last words; exit 7']);
      const [{ id }] = (await bench.json(['ls'])).document.jobs;
      const { stdout } = await bench.call(['show', id]);
      assert.match(stdout, /^✖ Failed {2}Talk\\x1b\[2J\n/);
      assert.match(stdout, /\(EXIT_CODE\)\n→ /);
      assert.match(stdout, /Attempts\n {2}1 {2}✖ Failed .* exit 7/);
      assert.match(stdout, /Timeline\n/);
      assert.match(stdout, /Last output\n {2}before\n {2}last words\n$/);
    });
  });

  it('takes the names of other tools for options', async () => {
    const env = { FRUIT: 'quince', TREE: 'oak' };
    const call = ['run', '--name', 'Trees', '--timeout', '1 minute', '-e', 'TREE=elm', '-e', 'FRUIT', '--'];
    assert.equal((await bench.call([...call, 'echo $TREE $FRUIT'], { env })).stdout, 'elm quince\n');
    const detached = await bench.call(['run', '-d', '--time-limit', '2m', '--', 'sleep', '30']);
    const added = (await bench.call(['add', '--', 'sleep', '30'])).stdout.trim();
    const id = detached.stdout.trim();
    assert.deepEqual([detached.code, (await bench.show(id)).timeLimitMs], [0, 120_000]);
    assert.equal((await bench.call(['ps', '-q', '-n', '2'])).stdout, `${added}\n${id}\n`);
    const { document } = await bench.json(['list', '--text', 'Trees']);
    assert.deepEqual([document.total, document.jobs[0].title], [1, 'Trees']);
    assert.equal((await bench.show(document.jobs[0].id)).timeLimitMs, 60_000);
    assert.match((await bench.call(['queue', 'list'])).stdout, /^default /m);
  });

  it('takes several IDs for show, logs and retry', async () => {
    await bench.call(['run', '--', 'echo one; exit 3']);
    await bench.call(['run', '--', 'echo two']);
    const [two, one] = (await bench.call(['ls', '-q'])).stdout.trim().split('\n') as [string, string];
    assert.equal((await bench.call(['ls', '-q', '--failed'])).stdout, `${one}\n`);
    assert.match((await bench.call(['show', one, two])).stdout, /✖ Failed[\s\S]*\n\n✔ Completed/);
    assert.equal((await bench.call(['logs', one, two])).stdout, `==> ${one} <==\none\n\n==> ${two} <==\ntwo\n`);
    const logs = await bench.json(['log', one, 'nosuch', two]);
    assert.equal(logs.code, 1);
    assert.deepEqual(
      logs.document.logs.map(({ text, error }: { text?: string; error?: { code: string } }) => text ?? error?.code),
      ['one\n', 'JOB_NOT_FOUND', 'two\n'],
    );
    assert.deepEqual(await bench.errorOf(['logs', '-f', one, two]), [2, 'INVALID_REQUEST']);
    const { document } = await bench.json(['retry', one, two]);
    assert.deepEqual([document.jobs.length, document.errors], [2, []]);
    assert.deepEqual(await bench.errorOf(['retry', one, two, '--', 'true']), [2, 'INVALID_REQUEST']);
  });

  it('names options in errors of the daemon', async () => {
    const { stderr } = await bench.call(['submit', '--key', 'k'.repeat(300), '--', 'true']);
    assert.match(stderr, /^jobdeck: --key must have at most 200 characters/);
  });

  describe('pause and resume', () => {
    it('suspend and continue a job', async () => {
      const id = await bench.submit('echo ready; sleep 30');
      const changed = async (verb: string) => (await bench.json([verb, id])).document;
      await bench.start(['logs', '-f', id]).until(({ stdout }) => stdout.includes('ready'));
      assert.notEqual((await changed('pause')).pausedAt, null);
      assert.match((await bench.call(['ls'])).stdout, /Paused/);
      assert.equal((await changed('resume')).pausedAt, null);
      await bench.call(['cancel', id]);
      await bench.call(['wait', id]);
      assert.deepEqual(await bench.errorOf(['pause', id]), [1, 'JOB_NOT_RUNNING']);
    });
  });

  describe('invalid arguments', () => {
    it('exit with 2 and a message on stderr', async () => {
      for (const args of [['lss'], ['ls', '--limit', '0'], ['ls', '--bogus'], ['show'], ['retry'], []]) {
        const { code, stdout, stderr } = await bench.call(args);
        assert.deepEqual([code, stdout], [2, ''], args.join(' '));
        assert.notEqual(stderr, '');
      }
    });

    it('produce a JSON document with --json', async () => {
      assert.deepEqual(await bench.errorOf(['ls', '--bogus']), [2, 'INVALID_REQUEST']);
      assert.deepEqual(await bench.errorOf(['show']), [2, 'INVALID_REQUEST']);
    });
  });

  it('prints help and version on stdout', async () => {
    const help = await bench.call(['--help']);
    assert.equal(help.code, 0);
    for (const verb of [
      'run',
      'submit',
      'ls',
      'show',
      'logs',
      'cancel',
      'retry',
      'wait',
      'send',
      'kill',
      'rm',
      'clear',
      'clean',
      'stats',
      'health',
      'daemon',
    ]) {
      assert.match(help.stdout, new RegExp(`^ +${verb}\\b`, 'm'));
    }
    assert.match((await bench.call(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
