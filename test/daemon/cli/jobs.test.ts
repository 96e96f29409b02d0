import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../../shared/job.ts';
import { CliBench } from './bench.ts';

describe('job commands', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  describe('cancel', () => {
    it('stops a job; wait returns its outcome', async () => {
      const id = await bench.submit('sleep 30');
      const { code, document } = await bench.json(['cancel', id]);
      assert.equal(code, 0);
      assert.notEqual(document.cancelRequestedAt, null);
      const end = await bench.json(['wait', id]);
      assert.equal(end.document.status, 'cancelled');
      assert.equal(end.code, 143);
    });

    it('cancels what it can of several jobs, and reports the others', async () => {
      const [done, active] = [await bench.submit('true'), await bench.submit('sleep 30')];
      await bench.call(['wait', done]);
      const { code, document } = await bench.json(['cancel', done, active]);
      assert.equal(code, 1);
      assert.deepEqual(
        document.jobs.map(({ id }: Job) => id),
        [active],
      );
      assert.deepEqual(
        document.errors.map((one: { id: string; error: { code: string } }) => [one.id, one.error.code]),
        [[done, 'JOB_ALREADY_ENDED']],
      );
    });

    it('rejects a finished job', async () => {
      const id = await bench.submit('true');
      await bench.call(['wait', id]);
      const { code, stdout, stderr } = await bench.call(['cancel', id]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^jobdeck: .*already finished/);
    });
  });

  describe('retry', () => {
    it('starts another attempt of the same job', async () => {
      const id = await bench.submit('exit 3');
      assert.equal((await bench.call(['wait', id])).code, 3);
      const { code, document } = await bench.json(['retry', id]);
      assert.deepEqual([code, document.id], [0, id]);
      assert.equal((await bench.call(['wait', id])).code, 3);
      assert.equal((await bench.show(id)).attempts.length, 2);
    });

    it('runs another command given after “--”', async () => {
      const id = await bench.submit('exit 3');
      await bench.call(['wait', id]);
      const { document } = await bench.json(['retry', id, '--', 'sh', '-c', 'exit 4', '--', '--json']);
      assert.deepEqual(document.command, { argv: ['sh', '-c', 'exit 4', '--', '--json'] });
      assert.equal((await bench.call(['wait', id])).code, 4);
    });

    it('rejects an active job', async () => {
      assert.deepEqual(await bench.errorOf(['retry', await bench.submit('sleep 30')]), [1, 'JOB_STILL_ACTIVE']);
    });
  });

  describe('wait', () => {
    it('exits like the first job that did not complete, in the given order', async () => {
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

    it('rejects an unknown job', async () => {
      assert.deepEqual(await bench.errorOf(['wait', 'nothing']), [1, 'JOB_NOT_FOUND']);
    });
  });

  describe('rm and clear', () => {
    it('remove finished jobs with their logs', async () => {
      const ids = [await bench.submit('true'), await bench.submit('true'), await bench.submit('false')];
      await bench.call(['wait', ...ids]);
      const [first = ''] = ids;
      assert.deepEqual(await bench.json(['rm', first]), { code: 0, document: { removed: 1, ids: [first] } });
      assert.deepEqual(await bench.errorOf(['show', first]), [1, 'JOB_NOT_FOUND']);
      assert.deepEqual((await bench.json(['clear', '--status', 'failed'])).document, { removed: 1 });
      assert.match((await bench.call(['clear'])).stdout, /^Removed 1 job\.\n$/);
      assert.equal((await bench.json(['ls'])).document.total, 0);
    });

    it('keep active jobs', async () => {
      const id = await bench.submit('sleep 30');
      assert.deepEqual(await bench.errorOf(['rm', id]), [1, 'JOB_STILL_ACTIVE']);
      assert.deepEqual((await bench.json(['clear'])).document, { removed: 0 });
    });
  });
});
