import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Job, JobDetail } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import { isAlive } from '../../../tools/host/processes.ts';
import { type Escape, escapes, sleepers, stateOf, uniqueSeconds, waitForSleepers } from '../../support/escapes.ts';
import { daemonBundle, killJobs, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

describe('processes that leave the group of their job', () => {
  let home: string;
  let cwd: string;
  let daemon: TestDaemon;
  let seconds: string;

  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    home = makeHome();
    cwd = mkdtempSync(join(tmpdir(), 'jobdeck-escape-'));
    seconds = uniqueSeconds();
    daemon = await startDaemon({ home, config: { cancelGraceSeconds: 1 } });
  });
  afterEach(async () => {
    if (daemon === undefined) return;
    await daemon.dispose();
    killJobs(home);
    for (const own of [seconds, ...running.splice(0).map((one) => one.seconds)]) {
      for (const pid of sleepers(own)) process.kill(pid, 'SIGKILL');
    }
    for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const ended = (job: Job) => isTerminal(job.status);
  const post = (id: string, verb: string) => daemon.request('POST', `/v1/jobs/${id}/${verb}`, {});
  const detail = async (id: string): Promise<JobDetail> => (await daemon.request('GET', `/v1/jobs/${id}`)).body;
  const codes = (job: JobDetail) => job.events.map(({ code }) => code);

  async function another(): Promise<void> {
    await daemon.kill9();
    daemon = await startDaemon({ home });
  }

  /** Submits a job and waits for its processes. */
  async function start(line: string): Promise<string> {
    const { id } = await daemon.submit(line, { cwd });
    await waitForSleepers(seconds, 1);
    return id;
  }

  interface Running extends Escape {
    id: string;
    seconds: string;
  }
  let running: Running[] = [];

  /** Starts a job for each way. Those with a timeout may end before their processes have started. */
  async function startAll(more: { timeLimitMs?: number } = {}): Promise<void> {
    running = await Promise.all(
      escapes.map(async (way) => {
        const own = uniqueSeconds();
        const { id } = await daemon.submit(way.line(own), { cwd, ...more });
        if (more.timeLimitMs === undefined) await waitForSleepers(own, way.sleeps);
        return { ...way, id, seconds: own };
      }),
    );
  }

  const each = (verb: string) => Promise.all(running.map(({ id }) => post(id, verb)));
  const allEnded = () => Promise.all(running.map(({ id }) => daemon.waitForJob(id, ended)));
  /** The ways whose processes are still running. */
  const left = () => running.filter((one) => sleepers(one.seconds).length > 0).map(({ name }) => name);

  async function allInState(state: string): Promise<void> {
    const isInState = (one: Running) => sleepers(one.seconds).every((pid) => stateOf(pid) === state);
    while (!running.every(isInState)) await setTimeout(20);
  }

  it('are gone when their jobs are reported as cancelled', async () => {
    await startAll();
    await each('cancel');
    for (const { status } of await allEnded()) assert.equal(status, 'cancelled');
    assert.deepEqual(left(), []);
  });

  it('are gone when the next daemon reports them as cancelled', async () => {
    await startAll();
    await another();
    await each('cancel');
    await allEnded();
    assert.deepEqual(left(), []);
  });

  it('are gone when a cancel is continued by the next daemon', async () => {
    await startAll();
    await each('cancel');
    await another();
    await allEnded();
    assert.deepEqual(left(), []);
  });

  it('are gone when their jobs have reached their timeouts', async () => {
    await startAll({ timeLimitMs: 3_000 });
    for (const { error } of await allEnded()) assert.equal(error?.code, 'TIME_LIMIT');
    assert.deepEqual(left(), []);
  });

  it('are gone after a force stop', async () => {
    await startAll();
    await each('force-fail');
    await Promise.all(running.map((one) => waitForSleepers(one.seconds, 0)));
  });

  it('are paused, resumed, and cancelled while they are paused', async () => {
    await startAll();
    await each('pause');
    await allInState('T');
    await each('resume');
    await allInState('S');
    await each('pause');
    await each('cancel');
    await allEnded();
    assert.deepEqual(left(), []);
  });

  it('never run beside a retry', async () => {
    const before = `pgrep -fx 'sleep ${seconds}' && echo met; `;
    const { id } = await daemon.submit(`${before}timeout 3000 sleep ${seconds}`, {
      cwd,
      timeLimitMs: 1_000,
      retry: { attempts: 1, delayMs: 0, backoff: 'fixed', maxDelayMs: 0, jitter: 'none', retryOn: null },
    });
    await daemon.waitForJob(id, (job) => ended(job) && job.attempt === 2);
    for (const attempt of [1, 2]) {
      assert.equal((await daemon.request('GET', `/v1/jobs/${id}/attempts/${attempt}/log`)).text, '');
    }
  });

  it('are named when they had to be killed', async () => {
    const line = `trap '' TERM; setsid sleep ${seconds}; :`;
    const id = await start(line);
    await post(id, 'cancel');
    await daemon.waitForJob(id, ended);
    const job = await detail(id);
    assert.equal(job.attempts[0]?.killedAfterMs, 1_000);
    const event = job.events.find(({ code }) => code === 'timeline.killed');
    assert.match(event?.message ?? '', /^Killed, because .* within 1 s: .*sleep \(\d+\)/);
  });

  describe('when the job has ended', () => {
    const background = (n: string) => `setsid -f sleep ${n}; env -i setsid -f sleep ${n}; (sleep ${n} &); echo done`;
    const left = (job: Job) => job.leftoverCount === 3;
    const none = (job: Job) => ended(job) && job.leftoverCount === 0;

    async function leave(): Promise<string> {
      const { id } = await daemon.submit(background(seconds), { cwd });
      const job = await daemon.waitForJob(id, left);
      assert.deepEqual([job.status, job.capabilities.forceFail.allowed], ['completed', true]);
      return id;
    }

    it('are listed, until they have ended', async () => {
      const id = await leave();
      const pids = sleepers(seconds);
      const job = await detail(id);
      assert.deepEqual(job.attempts[0]?.leftovers.map(({ pid }) => pid).sort(), pids.sort());
      assert.deepEqual(new Set(job.attempts[0]?.leftovers.map(({ name }) => name)), new Set(['sleep']));
      assert.ok(codes(job).includes('timeline.leftovers'));
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await daemon.waitForJob(id, none);
      const after = await detail(id);
      assert.deepEqual(after.attempts[0]?.leftovers, []);
      assert.ok(codes(after).includes('timeline.leftoversEnded'));
      assert.equal(after.capabilities.forceFail.allowed, false);
    });

    it('can be force stopped, which does not change its status', async () => {
      const id = await leave();
      const reply = await post(id, 'force-fail');
      assert.deepEqual([reply.status, reply.body.status], [200, 'completed']);
      await daemon.waitForJob(id, none);
      assert.deepEqual(sleepers(seconds), []);
      assert.equal((await post(id, 'force-fail')).body.error.code, 'JOB_ALREADY_ENDED');
    });

    it('are known to the next daemon, and can be force stopped', async () => {
      const id = await leave();
      await another();
      assert.equal((await detail(id)).leftoverCount, 3);
      await post(id, 'force-fail');
      await daemon.waitForJob(id, none);
      assert.deepEqual(sleepers(seconds), []);
    });

    it('are found by the next daemon if the job ended without one', async () => {
      const gate = join(cwd, 'gate');
      const { id } = await daemon.submit(`until [ -e '${gate}' ]; do sleep 0.05; done; ${background(seconds)}`, {
        cwd,
      });
      await daemon.waitForJob(id, ({ status }) => status === 'running');
      await daemon.kill9();
      writeFileSync(gate, '');
      await waitForSleepers(seconds, 3);
      daemon = await startDaemon({ home });
      await daemon.waitForJob(id, (job) => ended(job) && left(job));
    });

    it('are forgotten by the next daemon if they ended without one', async () => {
      const id = await leave();
      await daemon.kill9();
      for (const pid of sleepers(seconds)) process.kill(pid, 'SIGKILL');
      daemon = await startDaemon({ home });
      await daemon.waitForJob(id, none);
    });

    it('keep running beside a retry, and are told apart', async () => {
      const id = await leave();
      assert.equal((await post(id, 'retry')).status, 200);
      const job = await daemon.waitForJob(id, ({ leftoverCount }) => leftoverCount === 6);
      assert.equal(job.attempt, 2);
      const { attempts } = await detail(id);
      assert.deepEqual(
        attempts.map(({ leftovers }) => leftovers.length),
        [3, 3],
      );
    });
  });

  it('are not the daemon that it starts, and the jobs of that', async () => {
    const nested = mkdtempSync(join(tmpdir(), 'jobdeck-nested-'));
    const info = join(cwd, 'info');
    const id = await start(
      `JOBDECK_HOME='${nested}' '${process.execPath}' '${daemonBundle}' >'${info}' & exec sleep ${seconds}`,
    );
    const inner = await startLine(info);
    const own = uniqueSeconds();
    try {
      const headers = { authorization: `Bearer ${inner.token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ command: { shell: `env -i setsid -w sleep ${own}` }, cwd });
      await fetch(`http://127.0.0.1:${inner.port}/v1/jobs`, { method: 'POST', headers, body });
      const pids = await waitForSleepers(own, 1);
      await post(id, 'cancel');
      await daemon.waitForJob(id, ended);
      assert.deepEqual([sleepers(own), sleepers(seconds)], [pids, []]);
      assert.equal(isAlive(inner.pid), true);
    } finally {
      if (isAlive(inner.pid)) process.kill(inner.pid, 'SIGKILL');
      for (const pid of sleepers(own)) process.kill(pid, 'SIGKILL');
      rmSync(nested, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('are not a job that it submits', async () => {
    const own = uniqueSeconds();
    const request = `{"command":{"shell":"setsid -w sleep ${own}"},"cwd":"/"}`;
    const submit = `curl -sf -H "authorization: Bearer ${daemon.info.token}" -H 'content-type: application/json' \
      -d '${request}' "$JOBDECK_URL/v1/jobs"`;
    const id = await start(`${submit}; exec sleep ${seconds}`);
    const pids = await waitForSleepers(own, 1);
    await post(id, 'cancel');
    await daemon.waitForJob(id, ended);
    assert.deepEqual([sleepers(own), sleepers(seconds)], [pids, []]);
    for (const pid of sleepers(own)) process.kill(pid, 'SIGKILL');
  });
});

/** The start line of a daemon that writes it to a file. */
async function startLine(file: string): Promise<{ pid: number; port: number; token: string }> {
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text.endsWith('\n')) return JSON.parse(text).ready;
    await setTimeout(20);
  }
}
