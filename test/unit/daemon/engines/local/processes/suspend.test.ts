import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { LocalEngine } from '../../../../../../daemon/engines/local/engine.ts';
import { isSuspended } from '../../../../../../daemon/engines/local/processes/suspend.ts';
import { Bench, groupMembers, type Reported, supervisors } from '../bench.ts';

/** Resolves when a job's processes are stopped, or no longer stopped. There is no event for that, so it polls. */
async function waitForState(supervisor: number, suspended: boolean): Promise<void> {
  for (;;) {
    const now = isSuspended(await groupMembers(supervisor), supervisor);
    if (now === suspended) return;
    if (now === null) throw new Error('The job has ended.');
    await setTimeout(10);
  }
}

for (const kind of supervisors) {
  describe(`pausing a local job (supervisor: ${kind})`, () => {
    let bench: Bench;
    let engine: LocalEngine;
    let reported: Reported;

    beforeEach(async () => {
      bench = new Bench();
      ({ engine, reported } = await bench.engine(kind));
    });
    afterEach(() => bench.dispose());

    /** Starts a shell line, waits until it prints `ready`, and pauses it. */
    async function paused(line: string) {
      const launch = bench.launch(['sh', '-c', line]);
      await engine.start(launch);
      await bench.prints(launch, 'ready');
      const supervisor = await reported.pid(launch);
      assert.equal(await engine.suspend(launch, true), true);
      return { launch, supervisor };
    }

    it('stops all processes except the supervisor until the job is resumed', async function () {
      if (process.platform !== 'linux') this.skip();
      // The loop ends only after the job was paused and resumed, no matter how late that is.
      const resumed = join(bench.home, 'resumed');
      const line = `echo ready; sleep 60 & until [ -e '${resumed}' ]; do sleep 0.05; done; echo done; kill $!`;
      const { launch, supervisor } = await paused(line);
      await waitForState(supervisor, true);
      writeFileSync(resumed, '');

      assert.equal(await engine.suspend(launch, false), true);
      assert.equal((await reported.outcome(launch)).exitCode, 0);
      assert.match(bench.log(launch), /done/);
    });

    it('is detected even if one of the processes is a zombie', async function () {
      if (process.platform !== 'linux') this.skip();
      // The parent is stopped before its child ends.
      const { supervisor } = await paused('sleep 600 & echo $!; trap "" TERM; echo ready; wait');
      const members = (await groupMembers(supervisor)).filter(({ pid }) => pid !== supervisor);
      const child = members.at(-1)?.pid ?? 0;
      process.kill(child, 'SIGKILL');
      await waitForState(supervisor, true);
    });

    it('does not prevent a cancel', async () => {
      const { launch } = await paused('trap "echo cleaning up; exit 9" TERM; echo ready; while :; do sleep 0.1; done');
      await engine.cancel(launch);

      assert.equal((await reported.outcome(launch)).exitCode, 9);
      assert.match(bench.log(launch), /cleaning up/);
    });

    it('does not prevent the end from being reported if the stopped process is killed', async () => {
      const { launch, supervisor } = await paused('echo ready; exec sleep 60');
      const [other] = (await groupMembers(supervisor)).filter(({ pid }) => pid !== supervisor);
      process.kill(other?.pid ?? 0, 'SIGKILL');

      assert.equal((await reported.outcome(launch)).signal, 'SIGKILL');
    });

    it('is detected by the next daemon', async function () {
      if (process.platform !== 'linux') this.skip();
      const { launch, supervisor } = await paused('echo ready; exec sleep 60');
      await waitForState(supervisor, true);
      await engine.close();
      const next = await bench.engine(kind);
      await next.engine.recover([{ ...launch, status: 'running', cancelRequested: false, paused: false }]);
      const found = await next.reported.next('started', launch);
      assert.deepEqual([found.pid, found.paused], [supervisor, true]);

      await next.engine.suspend(launch, false);
      await waitForState(supervisor, false);
    });

    it('is not reported by the next daemon once that has resumed it', async function () {
      if (process.platform !== 'linux') this.skip();
      const { launch, supervisor } = await paused('echo ready; exec sleep 60');
      await waitForState(supervisor, true);
      await engine.close();
      const left = { ...launch, status: 'running', cancelRequested: false, paused: false } as const;
      const next = await bench.engine(kind, [left]);
      // Its first look at the processes is yet to come.
      await next.engine.suspend(launch, false);
      await waitForState(supervisor, false);

      assert.deepEqual(next.reported.all, []);
    });

    it('returns false after the job has ended', async () => {
      const launch = bench.launch(['true']);
      await engine.start(launch);
      await reported.outcome(launch);

      assert.equal(await engine.suspend(launch, true), false);
    });
  });
}
