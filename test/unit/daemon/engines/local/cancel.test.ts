import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Clock, systemClock } from '../../../../../daemon/clock.ts';
import type { LocalEngine } from '../../../../../daemon/engines/local/engine.ts';
import { processExists } from '../../../../../daemon/engines/local/processes/process.ts';
import { Bench, type Reported, supervisors, waitForGroupEnd } from './bench.ts';

for (const kind of supervisors) {
  describe(`cancelling a local job (supervisor: ${kind})`, () => {
    let bench: Bench;
    let engine: LocalEngine;
    let reported: Reported;

    beforeEach(async () => {
      bench = new Bench();
      ({ engine, reported } = await bench.engine(kind));
    });
    afterEach(() => bench.dispose());

    /** Replaces the engine with one that has a short grace period. */
    async function useShortGrace(): Promise<void> {
      ({ engine, reported } = await bench.engine(kind, [], { graceMs: 200 }));
    }

    /** Starts a shell line and waits until it prints `ready`. */
    async function ready(line: string) {
      const launch = bench.launch(['sh', '-c', line]);
      await engine.start(launch);
      await bench.prints(launch, 'ready');
      await reported.next('started', launch);
      return launch;
    }

    it('sends SIGTERM and reports the exit code that the command chooses', async () => {
      const launch = await ready('trap "echo cleaning up; exit 9" TERM; echo ready; while :; do sleep 0.1; done');
      await engine.cancel(launch);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [9, null, null]);
      assert.match(bench.log(launch), /cleaning up\n$/);
    });

    it('ends a command that does not handle SIGTERM', async () => {
      const launch = await ready('echo ready; exec sleep 60');
      await engine.cancel(launch);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [143, 'SIGTERM', null]);
    });

    it('kills a command that ignores SIGTERM after the grace period', async () => {
      await useShortGrace();
      const launch = await ready('trap "" TERM; echo ready; while :; do sleep 0.1; done');
      await engine.cancel(launch);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [137, 'SIGKILL', null]);
    });

    it('kills it after the grace period even if the clock is set back', async () => {
      let now = Date.now();
      const clock: Clock = { ...systemClock, now: () => now };
      ({ engine, reported } = await bench.engine(kind, [], { graceMs: 200, clock }));
      const launch = await ready('trap "" TERM; echo ready; while :; do sleep 0.1; done');
      await engine.cancel(launch);
      now -= 3_600_000;

      assert.equal((await reported.outcome(launch)).signal, 'SIGKILL');
    });

    it('kills background processes of the command that ignore SIGTERM', async () => {
      await useShortGrace();
      const launch = await ready('(trap "" TERM; echo $$ ready; while :; do sleep 0.1; done) & wait');
      const group = await reported.pid(launch);
      await engine.cancel(launch);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal], [143, 'SIGTERM']);
      await waitForGroupEnd(group);
    });

    it('reports the end only after background processes of the command have ended', async () => {
      const slow = 'trap "sleep 0.1; echo last; exit" TERM; echo ready; while :; do sleep 0.05; done';
      const launch = await ready(`(${slow}) & wait`);
      await engine.cancel(launch);

      await reported.outcome(launch);
      assert.match(bench.log(launch), /last\n$/);
    });

    it('does not stop background processes of a job that ended by itself', async () => {
      const launch = await ready('(echo ready; exec sleep 60) & read line <"/dev/null"; exit 0');
      assert.equal((await reported.outcome(launch)).exitCode, 0);

      assert.equal(processExists(-(await reported.pid(launch))), true);
    });

    it('ends the job no matter how early the cancel arrives', async () => {
      const launches = Array.from({ length: 12 }, () => bench.launch(['sh', '-c', 'echo ran; exec sleep 60']));
      await Promise.all(
        launches.map(async (launch, i) => {
          const started = engine.start(launch);
          for (let turn = 0; turn < i * 3; turn += 1) await new Promise(setImmediate);
          await engine.cancel(launch);
          await started;
        }),
      );

      for (const launch of launches) {
        const outcome = await reported.outcome(launch);
        assert.equal(outcome.error, null);
        assert.ok(outcome.exitCode === null || outcome.exitCode === 143, `${outcome.exitCode}`);
        assert.deepEqual(
          reported.of(launch).filter((report) => report.kind === 'neverStarted'),
          [],
        );
      }
    });

    it('with a signal sends only that: a command that handles it keeps running until it is stopped', async () => {
      await useShortGrace();
      const launch = await ready('trap "echo interrupted" INT; echo ready; while :; do sleep 0.1; done');
      await engine.cancel(launch, 'SIGINT');
      await bench.prints(launch, 'interrupted');
      assert.equal(processExists(await reported.pid(launch)), true);
      await engine.cancel(launch);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal], [143, 'SIGTERM']);
    });

    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGHUP', 129],
      ['SIGTERM', 143],
    ] as const) {
      it(`with ${signal} ends a command that does not handle it`, async () => {
        const launch = await ready('echo ready; exec sleep 60');
        await engine.cancel(launch, signal);
        const outcome = await reported.outcome(launch);
        assert.deepEqual([outcome.exitCode, outcome.signal], [exitCode, signal]);
      });
    }

    it('with a signal and `kill` begins with that signal and kills after the grace period', async () => {
      await useShortGrace();
      const launch = await ready('trap "echo interrupted" INT; echo ready; while :; do sleep 0.1; done');
      await engine.cancel(launch, 'SIGINT', true);

      assert.deepEqual((await reported.outcome(launch)).signal, 'SIGKILL');
      assert.match(bench.log(launch), /interrupted/);
    });

    it('begins with the signal of the launch', async () => {
      const launch = bench.launch(['sh', '-c', 'trap "exit 3" HUP; echo ready; while :; do sleep 0.1; done'], {
        stopSignal: 'SIGHUP',
      });
      await engine.start(launch);
      await bench.prints(launch, 'ready');
      await engine.cancel(launch);

      assert.deepEqual((await reported.outcome(launch)).exitCode, 3);
    });

    it('can be SIGKILL, also after another signal', async () => {
      const launch = await ready('trap "" TERM; echo ready; while :; do sleep 0.1; done');
      await engine.cancel(launch);
      await engine.cancel(launch, 'SIGKILL', true);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal], [137, 'SIGKILL']);
    });

    it('can be repeated, and has no effect after the end', async () => {
      await useShortGrace();
      const launch = await ready('trap "" TERM; echo ready; while :; do sleep 0.1; done');
      await Promise.all([engine.cancel(launch), engine.cancel(launch)]);
      await reported.outcome(launch);
      await engine.cancel(launch);
      await engine.cancel(bench.launch(['true']));

      assert.equal(reported.of(launch).filter((report) => report.kind === 'ended').length, 1);
    });
  });
}
