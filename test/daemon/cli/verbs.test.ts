import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
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
    it('prints the id of the job and returns', async () => {
      const { code, stdout } = await bench.call(['submit', '--title', 'Nap', '--type', 'rest', '--', 'sleep', '30']);
      assert.equal(code, 0);
      assert.match(stdout, /^[0-9a-z]{10}\n$/);
      const job = await bench.show(stdout.trim());
      assert.deepEqual([job.title, job.type, job.trigger, job.engine], ['Nap', 'rest', 'manual', 'local']);
      assert.deepEqual(job.command, { argv: ['sleep', '30'] });
      assert.equal(job.createdBy, `${userInfo().username}@${hostname()}`);
    });

    it('gives the job as JSON', async () => {
      const { code, document } = await bench.json(['submit', '--', 'sleep', '30']);
      assert.equal(code, 0);
      assert.equal(document.title, 'sleep 30');
      assert.ok(['pending', 'running'].includes(document.status));
      assert.equal(new Date(document.createdAt).toISOString(), document.createdAt);
    });

    it('runs in the folder of the caller, or in that of --cwd', async () => {
      const folder = join(realpathSync(bench.home), 'sub');
      mkdirSync(folder);
      assert.equal((await bench.call(['run', '--', 'pwd'], { cwd: folder })).stdout, `${folder}\n`);
      assert.equal((await bench.call(['run', '-C', 'sub', '--', 'pwd'])).stdout, `${folder}\n`);
    });

    it('refuses a folder that is not there, and changes nothing', async () => {
      const { code, document } = await bench.json(['submit', '--cwd', 'nowhere', '--', 'true']);
      assert.equal(code, 1);
      assert.equal(document.error.code, 'CWD_MISSING');
      assert.equal((await bench.json(['ls'])).document.total, 0);
    });

    it('refuses no command as a usage error, a blank one as a request', async () => {
      assert.deepEqual(await errorOf(['submit', '--']), [2, 'EMPTY_COMMAND']);
      assert.deepEqual(await errorOf(['submit', '--', ' ']), [1, 'EMPTY_COMMAND']);
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

    it('gives jobs, the cursor of the next and the total as JSON, newest first', async () => {
      const { document } = await bench.json(['ls']);
      assert.deepEqual(Object.keys(document).sort(), ['jobs', 'nextCursor', 'total']);
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

    it('filters by status, and goes on from a cursor', async () => {
      assert.deepEqual((await bench.json(['ls', '--status', 'failed'])).document.jobs.map(title), ['second']);
      const first = (await bench.json(['ls', '--limit', '2'])).document;
      assert.deepEqual(first.jobs.map(title), ['third', 'second']);
      const second = (await bench.json(['ls', '--limit', '2', '--cursor', first.nextCursor])).document;
      assert.deepEqual(second.jobs.map(title), ['first']);
      assert.deepEqual((await bench.json(['ls', '-n', '1', '--all'])).document.jobs.length, 3);
    });

    it('is a table for people, without colours where there is no terminal', async () => {
      const { stdout } = await bench.call(['ls']);
      assert.match(stdout, /^ID +STATUS +TITLE +TIME +WHEN\n/);
      assert.match(stdout, /✖ Failed +second/);
      assert.equal(stdout.includes('\u001b'), false);
    });

    it('refuses a status that is none', async () => {
      assert.deepEqual(await errorOf(['ls', '--status', 'lazy']), [1, 'INVALID_REQUEST']);
    });
  });

  it('ls says that there are none, on stderr', async () => {
    const { code, stdout, stderr } = await bench.call(['ls']);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /no jobs yet/);
  });

  describe('show', () => {
    it('gives the job with its attempts as JSON', async () => {
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

    it('is a page for people, with error, attempts, timeline and last lines', async () => {
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

  describe('logs', () => {
    it('prints the output byte by byte', async () => {
      const id = await bench.submit(String.raw`printf 'a\000b\377\n'; printf end`);
      await bench.call(['wait', id]);
      const { code, stdout } = await bench.call(['logs', id]);
      assert.deepEqual([code, stdout], [0, 'a\u0000b\ufffd\nend']);
    });

    it('gives it as one JSON document', async () => {
      const id = await bench.submit('echo "é \\"q\\""; echo two');
      await bench.call(['wait', id]);
      const { document } = await bench.json(['logs', id]);
      assert.deepEqual(document, { id, attempt: 1, offset: 0, text: 'é "q"\ntwo\n', size: 11, ended: true });
    });

    it('gives the last lines, also of a log larger than one answer', async () => {
      const id = await bench.submit('seq 1 100000');
      await bench.call(['wait', id]);
      assert.equal((await bench.call(['logs', id, '--tail', '2'])).stdout, '99999\n100000\n');
      const { stdout } = await bench.call(['logs', id, '--tail', '70000']);
      assert.match(stdout, /^30001\n/);
      assert.equal(
        (await bench.call(['logs', id, '--tail', '200000'])).stdout,
        (await bench.call(['logs', id])).stdout,
      );
    });

    it('follows until the job ends', async () => {
      const gate = join(bench.home, 'gate');
      const id = await bench.submit(`echo one; while [ ! -e ${gate} ]; do sleep 0.05; done; echo two`);
      const following = bench.start(['logs', '-f', id]);
      await following.until(({ stdout }) => stdout === 'one\n');
      writeFileSync(gate, '');
      const { code, stdout } = await following.ended;
      assert.deepEqual([code, stdout], [0, 'one\ntwo\n']);
    });

    it('gives those of an earlier attempt', async () => {
      const id = await bench.submit('echo attempt $JOBDECK_ATTEMPT');
      await bench.call(['wait', id]);
      await bench.call(['retry', id, '--', 'echo the second']);
      await bench.call(['wait', id]);
      assert.equal((await bench.call(['logs', id])).stdout, 'the second\n');
      assert.match((await bench.call(['logs', id, '--attempt', '1'])).stdout, /^attempt/);
      assert.deepEqual(await errorOf(['logs', id, '--attempt', '3']), [1, 'ATTEMPT_NOT_FOUND']);
    });
  });

  describe('cancel', () => {
    it('asks a job to stop; wait gives what became of it', async () => {
      const id = await bench.submit('sleep 30');
      const { code, document } = await bench.json(['cancel', id]);
      assert.equal(code, 0);
      assert.notEqual(document.cancelRequestedAt, null);
      const end = await bench.json(['wait', id]);
      assert.equal(end.document.status, 'cancelled');
      assert.equal(end.code, 143);
    });

    it('does what can be done of several, and says what can not', async () => {
      const [done, active] = [await bench.submit('true'), await bench.submit('sleep 30')];
      await bench.call(['wait', done]);
      const { code, document } = await bench.json(['cancel', done, active, 'nothing']);
      assert.equal(code, 1);
      assert.deepEqual(
        document.jobs.map(({ id }: Job) => id),
        [active],
      );
      assert.deepEqual(
        document.errors.map((one: { id: string; error: { code: string } }) => [one.id, one.error.code]),
        [
          [done, 'JOB_ALREADY_ENDED'],
          ['nothing', 'JOB_NOT_FOUND'],
        ],
      );
    });

    it('refuses a job that has ended', async () => {
      const id = await bench.submit('true');
      await bench.call(['wait', id]);
      const { code, stdout, stderr } = await bench.call(['cancel', id]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^jobdeck: .*already ended/);
    });
  });

  describe('retry', () => {
    it('adds an attempt to the same job', async () => {
      const id = await bench.submit('exit 3');
      assert.equal((await bench.call(['wait', id])).code, 3);
      const { code, document } = await bench.json(['retry', id]);
      assert.deepEqual([code, document.id], [0, id]);
      assert.equal((await bench.call(['wait', id])).code, 3);
      assert.equal((await bench.show(id)).attempts.length, 2);
    });

    it('runs another command when one is given after “--”', async () => {
      const id = await bench.submit('exit 3');
      await bench.call(['wait', id]);
      const { document } = await bench.json(['retry', id, '--', 'sh', '-c', 'exit 4', '--', '--json']);
      assert.deepEqual(document.command, { argv: ['sh', '-c', 'exit 4', '--', '--json'] });
      assert.equal((await bench.call(['wait', id])).code, 4);
    });

    it('takes a second id for a mistake, not for a command', async () => {
      assert.deepEqual(await errorOf(['retry', 'one', 'two']), [2, 'INVALID_REQUEST']);
    });

    it('refuses a job that is active', async () => {
      assert.deepEqual(await errorOf(['retry', await bench.submit('sleep 30')]), [1, 'JOB_STILL_ACTIVE']);
    });
  });

  describe('wait', () => {
    it('exits as the first job that did not complete, in the order given', async () => {
      const ids = [await bench.submit('true'), await bench.submit('exit 5'), await bench.submit('exit 6')];
      const { code, document } = await bench.json(['wait', ...ids]);
      assert.equal(code, 5);
      assert.deepEqual(
        document.jobs.map(({ id }: Job) => id),
        ids,
      );
    });

    it('waits for the last one', async () => {
      const gate = join(bench.home, 'gate');
      const slow = await bench.submit(`while [ ! -e ${gate} ]; do sleep 0.05; done; exit 9`);
      const waiting = bench.start(['wait', await bench.submit('true'), slow]);
      writeFileSync(gate, '');
      const { code, stdout } = await waiting.ended;
      assert.equal(code, 9);
      assert.match(stdout, /✔ Completed .*\n✖ Failed/);
    });

    it('refuses a job there is not', async () => {
      assert.deepEqual(await errorOf(['wait', 'nothing']), [1, 'JOB_NOT_FOUND']);
    });
  });

  describe('rm and clear', () => {
    it('remove finished jobs with their logs', async () => {
      const ids = [await bench.submit('true'), await bench.submit('true'), await bench.submit('false')];
      await bench.call(['wait', ...ids]);
      const [first = ''] = ids;
      assert.deepEqual(await bench.json(['rm', first]), { code: 0, document: { removed: 1, ids: [first] } });
      assert.deepEqual(await errorOf(['show', first]), [1, 'JOB_NOT_FOUND']);
      assert.deepEqual((await bench.json(['clear', '--status', 'failed'])).document, { removed: 1 });
      assert.match((await bench.call(['clear'])).stdout, /^Removed 1 job\.\n$/);
      assert.equal((await bench.json(['ls'])).document.total, 0);
    });

    it('leave what is active', async () => {
      const id = await bench.submit('sleep 30');
      assert.deepEqual(await errorOf(['rm', id]), [1, 'JOB_STILL_ACTIVE']);
      assert.deepEqual((await bench.json(['clear'])).document, { removed: 0 });
    });
  });

  describe('what can not be understood', () => {
    it('exits with 2 and says why, on stderr', async () => {
      for (const args of [['lss'], ['ls', '--limit', '0'], ['ls', '--bogus'], ['show'], ['retry'], []]) {
        const { code, stdout, stderr } = await bench.call(args);
        assert.deepEqual([code, stdout], [2, ''], args.join(' '));
        assert.notEqual(stderr, '');
      }
    });

    it('is a JSON document with --json', async () => {
      assert.deepEqual(await errorOf(['ls', '--bogus']), [2, 'INVALID_REQUEST']);
      assert.deepEqual(await errorOf(['show']), [2, 'INVALID_REQUEST']);
    });
  });

  it('prints help and version on stdout', async () => {
    const help = await bench.call(['--help']);
    assert.equal(help.code, 0);
    for (const verb of ['run', 'submit', 'ls', 'show', 'logs', 'cancel', 'retry', 'wait', 'rm', 'clear', 'daemon']) {
      assert.match(help.stdout, new RegExp(`^ +${verb}\\b`, 'm'));
    }
    assert.match((await bench.call(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  /** Exit code and error code of a call with --json. */
  async function errorOf(args: string[]): Promise<[number | null, string]> {
    const { code, document } = await bench.json(args);
    return [code, document.error?.code];
  }
});
