import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Job, JobDetail } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import { groupMembers } from '../../unit/daemon/engines/local/bench.ts';
import { killJobs, startDaemon, type TestDaemon } from '../harness.ts';

/** Jobs are recognized however the home is spelled, and after it was moved. */
describe('a job survives', () => {
  let root: string;
  let cwd: string;
  let homes: string[];
  let daemons: TestDaemon[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobdeck-home-'));
    cwd = join(root, 'cwd');
    mkdirSync(cwd);
    homes = [];
    daemons = [];
  });
  afterEach(async () => {
    for (const daemon of daemons) await daemon.kill9();
    for (const home of homes) killJobs(home);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });

  async function start(home: string): Promise<TestDaemon> {
    homes.push(home);
    const daemon = await startDaemon({ home });
    daemons.push(daemon);
    return daemon;
  }

  const running = (job: Job) => job.status === 'running';
  const ended = (job: Job) => isTerminal(job.status);
  const openGate = () => writeFileSync(join(cwd, 'gate'), '');

  async function runningJob(daemon: TestDaemon): Promise<JobDetail> {
    const { id } = await daemon.submit('echo begun; until [ -e gate ]; do sleep 0.05; done; echo done; exit 3', {
      cwd,
    });
    await daemon.waitForJob(id, running);
    return (await daemon.request('GET', `/v1/jobs/${id}`)).body;
  }

  /** Lets the job end and checks that this daemon sees its true end and its whole output. */
  async function endsWell(daemon: TestDaemon, id: string): Promise<void> {
    assert.equal((await daemon.request('GET', `/v1/jobs/${id}`)).body.status, 'running');
    openGate();
    const job = await daemon.waitForJob(id, ended);
    assert.deepEqual([job.status, job.exitCode, job.attempt], ['failed', 3, 1], job.error?.message);
    assert.equal((await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`)).text, 'begun\ndone\n');
  }

  it('in a home that is found by a symbolic link, a folder above it, or both', async () => {
    const home = join(root, 'var', 'home', 'state');
    symlinkSync(join(root, 'var', 'home'), join(root, 'home'));
    symlinkSync(home, join(root, 'link'));
    const first = await start(home);
    const { id } = await runningJob(first);
    await first.kill9();
    for (const spelling of [join(root, 'home', 'state'), join(root, 'link'), `${home}/`, relative(tmpdir(), home)]) {
      const next = await start(spelling);
      assert.equal((await next.request('GET', `/v1/jobs/${id}`)).body.status, 'running', spelling);
      await next.kill9();
    }
    await endsWell(await start(home), id);
  });

  it('in a home whose name has spaces, line breaks and letters of any language', async () => {
    const home = join(root, "it's a\nhome – ü 家 🏠");
    const first = await start(home);
    const { id } = await runningJob(first);
    await first.kill9();
    await endsWell(await start(home), id);
  });

  it('a move of its home while no daemon runs', async () => {
    const [home, moved] = [join(root, 'before'), join(root, 'after')];
    const first = await start(home);
    const { id } = await runningJob(first);
    await first.kill9();
    renameSync(home, moved);
    await endsWell(await start(moved), id);
  });

  it('a move of its home while its supervisor is cancelled by the next daemon', async () => {
    const [home, moved] = [join(root, 'before'), join(root, 'after')];
    const first = await start(home);
    const { id, attempts } = await runningJob(first);
    await first.kill9();
    renameSync(home, moved);
    const next = await start(moved);
    assert.equal((await next.request('POST', `/v1/jobs/${id}/cancel`)).status, 200);
    assert.equal((await next.waitForJob(id, ended)).status, 'cancelled');
    assert.deepEqual(await groupMembers(attempts[0]?.pid ?? 0), []);
  });

  it('a move of its home under a running daemon, which makes way for the next one', async () => {
    const [home, moved] = [join(root, 'before'), join(root, 'after')];
    const first = await start(home);
    const { id } = await runningJob(first);
    renameSync(home, moved);
    assert.equal((await first.exited).code, 0);
    await endsWell(await start(moved), id);
  });

  it('a bind mount of its home', async function () {
    const mounted = join(root, 'mounted');
    const home = join(root, 'home');
    const first = await start(home);
    const { id } = await runningJob(first);
    await first.kill9();
    mkdirSync(mounted);
    try {
      execFileSync('mount', ['--bind', home, mounted], { stdio: 'ignore' });
    } catch {
      return this.skip();
    }
    try {
      const next = await start(mounted);
      await endsWell(next, id);
      await next.kill9();
    } finally {
      execFileSync('umount', ['-l', mounted]);
    }
  });

  it('a copy of its home, in which it is not adopted and nothing of it is signalled', async () => {
    const [home, copy] = [join(root, 'home'), join(root, 'copy')];
    const first = await start(home);
    const { id, attempts } = await runningJob(first);
    const retried = (await first.submit('until [ -e gate ]; do sleep 0.05; done', { cwd, retry: { attempts: 2 } })).id;
    await first.waitForJob(retried, running);
    await first.kill9();
    cpSync(home, copy, { recursive: true });
    const other = await start(copy);
    for (const one of [id, retried]) {
      const job = await other.waitForJob(one, ended);
      assert.deepEqual([job.status, job.error?.code, job.attempt], ['failed', 'RUNS_ELSEWHERE', 1]);
      assert.match(job.error?.message ?? '', /process \d+/);
    }
    assert.notDeepEqual(await groupMembers(attempts[0]?.pid ?? 0), []);
    const forced = await other.request('POST', `/v1/jobs/${id}/retry`);
    assert.equal(forced.status, 200);
    assert.notDeepEqual(await groupMembers(attempts[0]?.pid ?? 0), []);
    await endsWell(await start(home), id);
  });

  it('a copy of its home after its supervisor was killed', async function () {
    if (process.platform !== 'linux') return this.skip();
    const [home, copy] = [join(root, 'home'), join(root, 'copy')];
    const first = await start(home);
    const { attempts, id } = await runningJob(first);
    const pid = attempts[0]?.pid ?? 0;
    await first.kill9();
    process.kill(pid, 'SIGKILL');
    cpSync(home, copy, { recursive: true });
    const other = await start(copy);
    await other.waitForJob(id, ended);
    assert.notDeepEqual(await groupMembers(pid), []);
    const own = await start(home);
    await own.waitForJob(id, ended);
    assert.deepEqual(await groupMembers(pid), []);
  });

  it('that an earlier version launched, without a token', async () => {
    const [home, moved] = [join(root, 'before'), join(root, 'after')];
    const first = await start(home);
    const { id } = await runningJob(first);
    await first.kill9();
    rmSync(join(home, 'run', `${id}.1.1`, 'token'));
    renameSync(home, moved);
    await endsWell(await start(moved), id);
  });

  it('and reports to the home by its real path', async () => {
    const home = join(root, 'home');
    mkdirSync(home);
    symlinkSync(home, join(root, 'link'));
    const daemon = await start(join(root, 'link'));
    const { id } = await daemon.submit('echo "$JOBDECK_HOME"', { cwd });
    await daemon.waitForJob(id, ended);
    assert.equal(readFileSync(join(home, 'logs', id, '1.log'), 'utf8'), `${home}\n`);
  });
});
