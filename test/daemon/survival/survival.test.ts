import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { homeFiles } from '../../../shared/client/home.ts';
import type { Job, JobDetail } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import { signalGroup } from '../../../tools/host/processes.ts';
import { groupMembers, waitForFolder, waitForGroupEnd } from '../../unit/daemon/engines/local/bench.ts';
import { killJobs, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

describe('a job survives the daemon', () => {
  let home: string;
  let cwd: string;
  let daemon: TestDaemon;
  const unsupervised: number[] = [];

  beforeEach(async () => {
    home = makeHome();
    cwd = mkdtempSync(join(tmpdir(), 'jobdeck-survival-'));
    daemon = await startDaemon({ home, config: { cancelGraceSeconds: 1 } });
  });
  afterEach(async () => {
    await daemon.dispose();
    killJobs(home);
    // Jobs without a supervisor are not found otherwise. A group ID is not reused while the group has members.
    for (const group of unsupervised.splice(0)) {
      if ((await groupMembers(group)).length > 0) signalGroup(group, 'SIGKILL');
    }
    for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Continues once `openGate` was called. */
  const waits = 'until [ -e gate ]; do sleep 0.05; done';
  const openGate = () => writeFileSync(join(cwd, 'gate'), '');

  async function submit(line: string): Promise<JobDetail> {
    return daemon.submit(line, { cwd });
  }

  async function another(): Promise<void> {
    await daemon.kill9();
    daemon = await startDaemon({ home });
  }

  async function detail(id: string): Promise<JobDetail> {
    return (await daemon.request('GET', `/v1/jobs/${id}`)).body;
  }

  async function log(id: string): Promise<string> {
    return (await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`)).text;
  }

  const running = (job: Job) => job.status === 'running';
  const ended = (job: Job) => isTerminal(job.status);

  it('that is killed: a new one shows it running, then its outcome, in one attempt', async () => {
    const { id } = await submit('echo begun; sleep 2; echo done; exit 3');
    await daemon.waitForJob(id, running);
    await another();

    const adopted = await detail(id);
    assert.deepEqual([adopted.status, adopted.attempt, adopted.attempts.length], ['running', 1, 1]);
    await daemon.waitForJob(id, ended);
    const job = await detail(id);
    assert.deepEqual([job.status, job.exitCode, job.error?.code], ['failed', 3, 'EXIT_CODE']);
    assert.deepEqual([job.attempt, job.attempts.length], [1, 1]);
    assert.equal(await log(id), 'begun\ndone\n');
  });

  it('that is stopped, and its successor', async () => {
    const { id } = await submit(`${waits}; exit 4`);
    await daemon.waitForJob(id, running);
    for (let restart = 0; restart < 2; restart += 1) {
      await daemon.stop();
      daemon = await startDaemon({ home });
      assert.equal((await detail(id)).status, 'running');
    }
    openGate();

    assert.equal((await daemon.waitForJob(id, ended)).exitCode, 4);
  });

  it('and its outcome is kept until the next daemon starts', async () => {
    const { id } = await submit(`${waits}; echo done; exit 5`);
    await daemon.waitForJob(id, running);
    await daemon.kill9();
    openGate();
    const exit = await exitFile();
    daemon = await startDaemon({ home });

    const job = await daemon.waitForJob(id, ended);
    assert.deepEqual([job.status, job.exitCode], ['failed', 5]);
    assert.equal(Date.parse(job.endedAt ?? ''), Math.round(exit.mtimeMs));
    assert.equal(await log(id), 'done\n');
  });

  it('with a complete log, even if it is killed repeatedly', async () => {
    const { id } = await submit('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo line $i; done; exit 6');
    for (let kills = 0; kills < 3; kills += 1) await another();

    assert.equal((await daemon.waitForJob(id, ended)).exitCode, 6);
    const lines = readFileSync(join(home, homeFiles.logs, id, '1.log'), 'utf8').split('\n');
    assert.deepEqual(
      lines,
      Array.from({ length: 20_001 }, (_, i) => (i < 20_000 ? `line ${i + 1}` : '')),
    );
  });

  it('that is killed while cancelling: the next one finishes the cancellation', async () => {
    const { id } = await submit('trap "" TERM; echo ready; while :; do sleep 0.1; done');
    await daemon.waitForJob(id, running);
    assert.equal((await daemon.request('POST', `/v1/jobs/${id}/cancel`)).status, 200);
    await another();

    const job = await daemon.waitForJob(id, ended);
    assert.deepEqual([job.status, job.signal, job.attempt], ['cancelled', 'SIGKILL', 1]);
  });

  it('but has no exit status if its supervisor is killed, too', async () => {
    const { id } = await submit('exec sleep 60');
    await daemon.waitForJob(id, running);
    const pid = (await detail(id)).attempts[0]?.pid ?? 0;
    assert.ok(pid > 1);
    await daemon.kill9();
    process.kill(-pid, 'SIGKILL');
    daemon = await startDaemon({ home });

    const job = await daemon.waitForJob(id, ended);
    assert.deepEqual([job.status, job.exitCode, job.error?.code], ['failed', null, 'NO_EXIT_STATUS']);
  });

  for (const [what, supervised] of [
    ['and the daemon went before it was killed', true],
    ['and daemon and supervisor were killed before it was', false],
  ] as const)
    it(`is killed by the next one if it was force-stopped ${what}`, async () => {
      const stubborn = 'trap "" TERM; while :; do sleep 0.1; done';
      const [forced, other] = [await submit(stubborn), await submit(stubborn)];
      for (const { id } of [forced, other]) await daemon.waitForJob(id, running);
      const pids = await Promise.all([forced, other].map(async ({ id }) => (await detail(id)).attempts[0]?.pid ?? 0));
      await daemon.kill9();
      const error = JSON.stringify({
        code: 'FORCE_FAILED',
        message: 'The job was force stopped.',
        hint: null,
        details: null,
      });
      const db = new Database(join(home, homeFiles.database));
      for (const [table, key] of [
        ['jobs', 'id'],
        ['attempts', 'job_id'],
      ]) {
        db.prepare(`UPDATE ${table} SET status = 'failed', ended_at = ?, error = ? WHERE ${key} = ?`).run(
          Date.now(),
          error,
          forced.id,
        );
      }
      db.close();
      if (!supervised) {
        unsupervised.push(pids[0] ?? 0);
        process.kill(pids[0] ?? 0, 'SIGKILL');
      }
      daemon = await startDaemon({ home });

      await waitForGroupEnd(pids[0] ?? 0);
      assert.equal((await groupMembers(pids[1] ?? 0)).length > 0, true);
      const job = await detail(forced.id);
      assert.deepEqual([job.status, job.error?.code], ['failed', 'FORCE_FAILED']);
      assert.equal((await detail(other.id)).status, 'running');
    });

  it('and runs exactly once if it was acknowledged, whenever the daemon is killed', async function () {
    this.timeout(180_000);
    const marks = join(cwd, 'marks');
    const acknowledged: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const submits = [1, 2, 3].map(async (i) => {
        const mark = `${round}.${i}`;
        const { id } = await submit(`echo ${mark} >>marks`);
        acknowledged.push(mark);
        return id;
      });
      // Early rounds hit the commit, later ones the launch. On a slow machine no reply arrives in time, so the last
      // rounds wait for the replies.
      const answered = Promise.allSettled(submits);
      await (round < 17 ? Promise.race([answered, setTimeout(round * 2)]) : answered);
      await another();
      await Promise.allSettled(submits);
    }
    const { jobs } = (await daemon.request('GET', '/v1/jobs?limit=500')).body as { jobs: Job[] };
    for (const { id } of jobs) {
      const job = await daemon.waitForJob(id, ended);
      assert.deepEqual([job.status, job.attempt], ['completed', 1], job.error?.message);
    }

    const ran = readFileSync(marks, 'utf8').trim().split('\n').sort();
    assert.deepEqual(ran, [...new Set(ran)], 'some ran twice');
    assert.equal(ran.length, jobs.length);
    assert.deepEqual(
      acknowledged.filter((mark) => !ran.includes(mark)),
      [],
    );
    assert.ok(acknowledged.length > 0);
  });

  /** The exit record of the only job, once its supervisor has written it. */
  async function exitFile() {
    const runs = join(home, homeFiles.run);
    const [name = ''] = readdirSync(runs).filter((entry) => existsSync(join(runs, entry, 'exit')));
    const file = join(runs, name, 'exit');
    await waitForFolder(join(runs, name), () => /^\d+\n/.test(readFileSync(file, 'utf8')));
    return statSync(file);
  }
});
