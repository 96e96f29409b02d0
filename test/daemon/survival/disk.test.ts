import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { homeFiles } from '../../../shared/client/home.ts';
import type { Job, JobDetail } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import { killJobs, startDaemon, type TestDaemon } from '../harness.ts';

/** Bytes of the file system that is filled. */
const diskBytes = 48 * 1024 * 1024;

describe('on a full disk', () => {
  let home: string;
  let cwd: string;
  let daemon: TestDaemon;
  let isMounted = false;

  beforeEach(async function () {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-full-'));
    cwd = mkdtempSync(join(tmpdir(), 'jobdeck-full-cwd-'));
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', home]);
    isMounted = mount.status === 0;
    if (!isMounted) return this.skip();
    daemon = await startDaemon({ home, config: { cancelGraceSeconds: 1 } });
  });
  afterEach(async () => {
    if (isMounted) {
      await daemon.dispose();
      killJobs(home);
      spawnSync('umount', ['--lazy', home]);
    }
    for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const filler = () => join(home, 'filler');
  /** Takes all space. The result frees it. */
  function fill(): () => void {
    for (let left = free(); left > 0; left = free()) {
      const name = `${filler()}${left}`;
      spawnSync('fallocate', ['-l', String(left), name]);
      if (free() === left) break;
    }
    assert.equal(free(), 0);
    return () => spawnSync('sh', ['-c', `rm -f ${filler()}*`]);
  }
  function free(): number {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize;
  }
  /** Gives the reserve up and uses what became of it, so that nothing at all can be written. */
  async function exhaust(): Promise<void> {
    rmSync(join(home, homeFiles.reserve), { force: true });
    fill();
    for (let n = 0; n < 2_000; n += 1) {
      const reply = await daemon.request('POST', '/v1/jobs', { command: { argv: ['true'] }, cwd, hold: true });
      if (reply.status === 507) return;
      fill();
    }
    assert.fail('The database still finds space.');
  }

  const running = (job: Job) => job.status === 'running';
  const ended = (job: Job) => isTerminal(job.status);
  const waits = 'until [ -e gate ]; do sleep 0.05; done';
  const openGate = () => writeFileSync(join(cwd, 'gate'), '');
  const post = (path: string, body: unknown = {}) => daemon.request('POST', path, body);

  it('jobs are paused, cancelled, killed and removed, and ends are saved, from a reserve', async () => {
    const jobs = await Promise.all([1, 2, 3, 4].map(() => daemon.submit(`${waits}; exit 3`, { cwd })));
    const [paused, cancelled, killed, failing] = jobs.map(({ id }) => id);
    const { id: done } = await daemon.submit('true');
    await Promise.all([daemon.waitForJob(done, ended), ...jobs.map(({ id }) => daemon.waitForJob(id, running))]);
    fill();

    for (const [path, body] of [
      [`/v1/jobs/${paused}/pause`, {}],
      [`/v1/jobs/${cancelled}/cancel`, {}],
      [`/v1/jobs/${killed}/force-fail`, {}],
      ['/v1/queues/default/pause', {}],
      ['/v1/jobs/remove', { ids: [done] }],
    ] as const) {
      const reply = await post(path, body);
      assert.equal(reply.status, 200, `${path}: ${reply.text}`);
    }
    openGate();
    assert.equal((await daemon.waitForJob(cancelled ?? '', ended)).status, 'cancelled');
    assert.equal((await daemon.waitForJob(failing ?? '', ended)).exitCode, 3);
    assert.equal(existsSync(join(home, homeFiles.logs, done)), false);

    await daemon.kill9();
    daemon = await startDaemon({ home });
    const statuses = await Promise.all(
      [cancelled, killed, failing].map((id) => daemon.request('GET', `/v1/jobs/${id}`)),
    );
    assert.deepEqual(
      statuses.map(({ body }) => body.status),
      ['cancelled', 'failed', 'failed'],
    );
    assert.equal((await daemon.request('GET', `/v1/jobs/${done}`)).status, 404);
  });

  it('and without any space left, commands work, ends are shown, and both are saved later', async () => {
    const jobs = await Promise.all([1, 2, 3].map(() => daemon.submit(`${waits}; exit 3`, { cwd })));
    const [cancelled, killed, failing] = jobs.map(({ id }) => id);
    await Promise.all(jobs.map(({ id }) => daemon.waitForJob(id, running)));
    await exhaust();

    const reply = await post(`/v1/jobs/${cancelled}/cancel`);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.headers.get('x-jobdeck-unsaved'), '1');
    assert.equal((await post(`/v1/jobs/${killed}/force-fail`)).status, 200);
    assert.equal((await daemon.waitForJob(cancelled ?? '', ended)).status, 'cancelled');
    openGate();
    assert.equal((await daemon.waitForJob(failing ?? '', ended)).exitCode, 3);
    assert.ok(
      (await daemon.request('GET', '/v1/health')).body.warnings.some(
        (one: { code: string }) => one.code === 'STORAGE_FULL',
      ),
    );

    spawnSync('sh', ['-c', `rm -f ${filler()}*`]);
    // The next write finds the space, and first saves what was kept.
    await daemon.submit('true', { hold: true });
    await daemon.kill9();
    daemon = await startDaemon({ home });
    for (const [id, status] of [
      [cancelled, 'cancelled'],
      [killed, 'failed'],
      [failing, 'failed'],
    ]) {
      assert.equal((await daemon.request('GET', `/v1/jobs/${id}`)).body.status, status);
    }
  });

  it('running jobs of a lost database are restored', async () => {
    const { id } = await daemon.submit(`${waits}; exit 3`, { cwd });
    await daemon.waitForJob(id, running);
    await daemon.kill9();
    for (const end of ['', '-wal', '-shm']) rmSync(join(home, homeFiles.database) + end, { force: true });
    fill();

    daemon = await startDaemon({ home });
    assert.equal((await daemon.request('GET', `/v1/jobs/${id}`)).body.status, 'running');
    openGate();
    assert.equal((await daemon.waitForJob(id, ended)).exitCode, 3);
  });

  it('“run” returns the exit code of its job', async () => {
    const cli = spawn(process.execPath, [resolve('dist/cli.js'), 'run', '--', 'sh', '-c', `${waits}; exit 3`], {
      cwd,
      env: { ...process.env, JOBDECK_HOME: home },
      stdio: 'ignore',
    });
    const exited = once(cli, 'exit');
    await anyRunning();
    await exhaust();
    openGate();
    assert.deepEqual((await exited)[0], 3);
  });

  it('a daemon starts, and adopts the running jobs', async () => {
    const { id } = await daemon.submit(`${waits}; exit 3`, { cwd });
    await daemon.waitForJob(id, running);
    const free = fill();
    await daemon.kill9();
    daemon = await startDaemon({ home });
    assert.equal((await daemon.request('GET', `/v1/jobs/${id}`)).body.status, 'running');
    assert.equal((await post('/v1/jobs', { command: { argv: ['true'] }, cwd })).status, 507);
    openGate();
    assert.equal((await daemon.waitForJob(id, ended)).exitCode, 3);
    await daemon.stop();
    daemon = await startDaemon({ home });
    assert.equal((await daemon.request('GET', `/v1/jobs/${id}`)).body.exitCode, 3);

    free();
    assert.equal((await post('/v1/jobs', { command: { argv: ['true'] }, cwd })).status, 201);
    assert.equal(statSync(join(home, homeFiles.reserve)).size, 4 * 1024 * 1024);
  });

  it('the largest log of a running job is cut before the disk is full, and the job continues', async () => {
    await daemon.stop();
    const gigabyte = 1024 ** 3;
    const disk = { warnGigabytes: (30 * 1024 ** 2) / gigabyte, cutLogGigabytes: (16 * 1024 ** 2) / gigabyte };
    daemon = await startDaemon({ home, config: { disk } });
    const { id } = await daemon.submit(`yes 0123456789abcdef | head -c 30000000; ${waits}; echo the end; exit 3`, {
      cwd,
    });
    const log = join(home, homeFiles.logs, id, '1.log');
    await waitForEvent(id, 'timeline.logCutOnFullDisk');
    const { warnings } = (await daemon.request('GET', '/v1/health')).body;
    assert.deepEqual(warnings.map(({ code }: { code: string }) => code).sort(), ['DISK_LOW', 'LOG_CUT']);
    assert.equal(statSync(log).size, 30_000_000);
    assert.ok(statSync(log).blocks * 512 < 12_000_000);
    openGate();
    assert.equal((await daemon.waitForJob(id, ended)).exitCode, 3);

    const { stdout } = spawnSync(process.execPath, [resolve('dist/cli.js'), 'logs', id], {
      env: { ...process.env, JOBDECK_HOME: home },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 ** 2,
    });
    assert.ok(/^0123456789abcdef\n/.test(stdout), 'beginning');
    assert.ok(/\n… \d+ MB removed because the disk was full … +\n/.test(stdout), 'note');
    assert.ok(/the end\n$/.test(stdout), 'end');
    assert.ok(!stdout.includes('\0'), 'no zeros');
    assert.ok(stdout.length < 12_000_000, String(stdout.length));
    const last = spawnSync(process.execPath, [resolve('dist/cli.js'), 'logs', '-n', '1000000', id], {
      env: { ...process.env, JOBDECK_HOME: home },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 ** 2,
    });
    assert.ok(/the end\n$/.test(last.stdout), 'last lines');
    const health = spawnSync(process.execPath, [resolve('dist/cli.js'), 'health'], {
      env: { ...process.env, JOBDECK_HOME: home },
      encoding: 'utf8',
    });
    assert.match(health.stdout, new RegExp(`largest +[\\d.]+ MB +${log} +${id}`));
  });

  /** Resolves once the timeline of a job has an entry. */
  async function waitForEvent(id: string, code: string): Promise<void> {
    let rev = 0;
    for (;;) {
      ({ rev } = await daemon.waitForJob(id, (job) => job.rev > rev));
      const { events } = (await daemon.request('GET', `/v1/jobs/${id}`)).body as JobDetail;
      if (events.some((event) => event.code === code)) return;
    }
  }

  /** Resolves when any job runs. */
  async function anyRunning(): Promise<void> {
    for (;;) {
      const { jobs } = (await daemon.request('GET', '/v1/jobs')).body as { jobs: Job[] };
      if (jobs[0] !== undefined) {
        await daemon.waitForJob(jobs[0].id, running);
        return;
      }
    }
  }
});
