import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { homeFiles } from '../../../shared/client/home.ts';
import type { Job, JobDetail } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import { waitForFolder } from '../../unit/daemon/engines/local/bench.ts';
import { killJobs, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

const readText = (file: string) => readFileSync(file, 'utf8');

describe('a damaged database', () => {
  let home: string;
  let cwd: string;
  let daemon: TestDaemon;

  beforeEach(async () => {
    home = makeHome();
    cwd = mkdtempSync(join(tmpdir(), 'jobdeck-damage-'));
    daemon = await startDaemon({ home });
  });
  afterEach(async () => {
    await daemon.dispose();
    killJobs(home);
    for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const database = () => join(home, homeFiles.database);
  const running = (job: Job) => job.status === 'running';
  const ended = (job: Job) => isTerminal(job.status);
  const waits = 'until [ -e gate ]; do sleep 0.05; done';
  const openGate = () => writeFileSync(join(cwd, 'gate'), '');

  async function detail(id: string): Promise<JobDetail> {
    return (await daemon.request('GET', `/v1/jobs/${id}`)).body;
  }

  async function warning(): Promise<{ code: string; message: string } | undefined> {
    const { warnings } = (await daemon.request('GET', '/v1/health')).body;
    return warnings.find(({ code }: { code: string }) => code.startsWith('DATABASE_'));
  }

  async function restartAfter(damage: () => void): Promise<void> {
    await daemon.kill9();
    damage();
    daemon = await startDaemon({ home });
  }

  for (const [what, damage] of [
    ['that is empty', () => truncateSync(database(), 0)],
    ['that is deleted', () => rmSync(database())],
    ['whose log is deleted', () => rmSync(`${database()}-wal`)],
    [
      'whose files are deleted',
      () => {
        for (const end of ['', '-wal', '-shm']) rmSync(database() + end, { force: true });
      },
    ],
    [
      'that is garbage',
      () => {
        rmSync(`${database()}-wal`);
        writeFileSync(database(), 'garbage'.repeat(10_000));
      },
    ],
  ] as const)
    it(`${what} loses no running job, and the user is warned`, async () => {
      const { id } = await daemon.submit(`echo begun; ${waits}; exit 3`, { cwd, title: 'Long build', tags: ['mine'] });
      const { id: other } = await daemon.submit(`${waits}; exit 0`, { cwd });
      for (const one of [id, other]) await daemon.waitForJob(one, running);
      await daemon.kill9();
      // They end while no daemon runs.
      openGate();
      for (const name of readdirSync(join(home, homeFiles.run)).filter((one) => one.includes('.'))) {
        const folder = join(home, homeFiles.run, name);
        await waitForFolder(folder, () => /^\d+\n/.test(readText(join(folder, 'exit'))));
      }
      rmSync(join(cwd, 'gate'));
      damage();
      daemon = await startDaemon({ home });

      const job = await daemon.waitForJob(id, ended);
      assert.deepEqual([job.status, job.exitCode, job.title, job.tags], ['failed', 3, 'Long build', ['mine']]);
      assert.equal((await daemon.waitForJob(other, ended)).status, 'completed');
      assert.equal((await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`)).text, 'begun\n');
      assert.match((await warning())?.message ?? '', /2 jobs were found again/);
      await daemon.stop();
      daemon = await startDaemon({ home });
      assert.notEqual(await warning(), undefined, 'the warning outlives a restart');
    });

  it('is named by “jobdeck ls” when there are no jobs', async () => {
    const { id } = await daemon.submit('true', { cwd });
    await daemon.waitForJob(id, ended);
    // Unlike a kill, this leaves no run folder of the job.
    await daemon.stop();
    rmSync(database());
    daemon = await startDaemon({ home });
    const { stdout, stderr } = spawnSync(process.execPath, [resolve('dist/cli.js'), 'ls'], {
      env: { ...process.env, JOBDECK_HOME: home },
      encoding: 'utf8',
    });
    assert.equal(stdout, '');
    assert.match(stderr, /No jobs: the database was lost\..*\n.*Warning: The database was missing or empty/);
    assert.doesNotMatch(stderr, /No jobs yet/);
  });

  it('lets running jobs continue and report, under their IDs', async () => {
    const { id } = await daemon.submit(`${waits}; jobdeck progress 3 4 && exit 7`, { cwd });
    await daemon.waitForJob(id, running);
    await restartAfter(() => rmSync(database()));
    assert.equal((await detail(id)).status, 'running');
    openGate();
    const job = await daemon.waitForJob(id, ended);
    assert.deepEqual([job.exitCode, job.progress?.current], [7, 3]);
  });

  it('does not undo the cancel of a job that is still running', async () => {
    const { id } = await daemon.submit('trap "" TERM; echo ready; while :; do sleep 0.05; done', { cwd });
    await daemon.waitForJob(id, running);
    await waitForFolder(join(home, homeFiles.logs, id), () => readText(join(home, homeFiles.logs, id, '1.log')) !== '');
    // The job continues until it is killed after the grace period.
    assert.equal((await daemon.request('POST', `/v1/jobs/${id}/cancel`)).status, 200);
    const folder = join(home, homeFiles.run, `${id}.1.1`);
    await waitForFolder(folder, () => readdirSync(folder).includes('stop'));
    await restartAfter(() => rmSync(database()));

    assert.equal((await daemon.waitForJob(id, ended)).status, 'cancelled');
  });

  it('that is an earlier copy runs nothing again, and lists the jobs started since', async () => {
    const { id: waiting } = await daemon.submit('true', {
      cwd,
      notBefore: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await daemon.stop();
    copyFileSync(database(), join(cwd, 'backup'));
    daemon = await startDaemon({ home });
    // It has ended since.
    await daemon.request('POST', `/v1/jobs/${waiting}/cancel`);
    const { id } = await daemon.submit(`${waits}; exit 3`, { cwd });
    await daemon.waitForJob(id, running);
    await daemon.stop();
    copyFileSync(join(cwd, 'backup'), database());
    daemon = await startDaemon({ home });

    assert.equal((await warning())?.code, 'DATABASE_OLDER');
    assert.equal((await detail(waiting)).waitReason, 'hold');
    openGate();
    assert.equal((await daemon.waitForJob(id, ended)).exitCode, 3);
  });

  it('is not suspected after a crash or a stop', async () => {
    await daemon.submit('true', { cwd });
    for (const end of ['kill9', 'stop', 'kill9'] as const) {
      const { id } = await daemon.submit('true', { cwd });
      await daemon.waitForJob(id, ended);
      await daemon[end]();
      daemon = await startDaemon({ home });
      assert.equal(await warning(), undefined);
    }
  });
});
