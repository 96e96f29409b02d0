import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Launch } from '../../../../../../daemon/engines/engine.ts';
import type { LocalEngine } from '../../../../../../daemon/engines/local/engine.ts';
import { processExists } from '../../../../../../daemon/engines/local/processes/process.ts';
import { Bench, groupMembers, type Reported, supervisors } from '../bench.ts';

for (const kind of supervisors) {
  describe(`killing a local job at once (supervisor: ${kind})`, () => {
    let bench: Bench;
    let engine: LocalEngine;
    let reported: Reported;

    beforeEach(async () => {
      bench = new Bench();
      ({ engine, reported } = await bench.engine(kind));
    });
    afterEach(() => bench.dispose());

    const stubborn = 'trap "" TERM INT HUP; echo ready; while :; do sleep 0.05; done';

    async function ready(line: string): Promise<{ launch: Launch; group: number }> {
      const launch = bench.launch(['sh', '-c', line]);
      await engine.start(launch);
      await bench.prints(launch, 'ready');
      return { launch, group: await reported.pid(launch) };
    }
    const members = async (group: number) => (await groupMembers(group)).length;
    const next = (launch: Launch, command: string[]): Launch => ({ ...launch, attempt: 2, command: { argv: command } });

    /** A command that prints the living members of a process group, then `alone`. */
    const printsMembers = (group: number) => [
      'sh',
      '-c',
      `for stat in /proc/[0-9]*/stat; do
         { read -r pid name state parent group rest <$stat; } 2>/dev/null || continue
         [ "$group" != ${group} ] || [ "$state" = Z ] || echo "met $pid $name"
       done; echo alone`,
    ];

    it('ends a process that ignores SIGTERM without a grace period, and resolves when it is gone', async () => {
      const { launch, group } = await ready(stubborn);
      await engine.kill(launch);

      assert.equal(await members(group), 0);
      assert.equal(bench.folder(launch).path.startsWith(bench.runDir), true);
      assert.deepEqual(readdirSync(bench.runDir), ['boot']);
    });

    it('ends grandchildren and stopped processes', async () => {
      const { launch, group } = await ready(`sh -c '(${stubborn.replaceAll('"', '\\"')}) & wait' & wait`);
      assert.ok((await members(group)) >= 4);
      await engine.suspend(launch, true);
      await engine.kill(launch);

      assert.equal(await members(group), 0);
    });

    it('does not wait for a cancel in progress', async () => {
      const { launch, group } = await ready(stubborn);
      await engine.cancel(launch);
      await engine.kill(launch);

      assert.equal(await members(group), 0);
    });

    it('ends the job no matter how early it is called', async () => {
      const launches = Array.from({ length: 10 }, () => bench.launch(['sh', '-c', stubborn]));
      await Promise.all(
        launches.map(async (launch, i) => {
          const started = engine.start(launch);
          for (let turn = 0; turn < i * 4; turn += 1) await new Promise(setImmediate);
          await engine.kill(launch);
          await started;
        }),
      );

      assert.deepEqual(readdirSync(bench.runDir), ['boot']);
      for (const { pid } of reported.all.flatMap((one) => (one.kind === 'started' ? [one] : []))) {
        assert.equal(await members(pid ?? 0), 0);
      }
    });

    it('does nothing for an attempt that has ended or never existed', async () => {
      const { launch } = await ready('echo ready');
      await reported.outcome(launch);
      await engine.kill(launch);
      await engine.kill(bench.launch(['true']));
    });

    it('is finished before the next attempt of the job runs', async () => {
      const { launch, group } = await ready(`(${stubborn}) & ${stubborn}`);
      const killed = engine.kill(launch);
      const second = next(launch, printsMembers(group));
      await engine.start(second);
      await Promise.all([killed, reported.outcome(second)]);

      assert.equal(bench.log(second), 'alone\n');
    });

    it('is finished before the next attempt runs, even if the daemon exited in between', async () => {
      const { launch, group } = await ready(`(${stubborn}) & ${stubborn}`);
      await engine.close();
      // The attempt was force-stopped, so the next daemon does not recover it.
      ({ engine, reported } = await bench.engine(kind));
      assert.deepEqual(engine.leftovers(), [{ jobId: launch.jobId, attempt: 1, launch: 1 }]);
      const second = next(launch, printsMembers(group));
      await engine.start(second);
      await reported.outcome(second);

      assert.equal(bench.log(second), 'alone\n');
    });

    it('ends processes that an earlier daemon left', async () => {
      const { launch, group } = await ready(`(${stubborn}) & ${stubborn}`);
      await engine.close();
      ({ engine, reported } = await bench.engine(kind));
      const [left] = engine.leftovers();
      await engine.kill(left ?? assert.fail());

      assert.equal(await members(group), 0);
      assert.deepEqual(readdirSync(bench.runDir), ['boot']);
      assert.equal(left?.jobId, launch.jobId);
    });

    it('does not touch background processes of an attempt that ended by itself, even when the next attempt starts', async () => {
      const { launch, group } = await ready('(echo ready; exec sleep 60) & read line <"/dev/null"; exit 1');
      await reported.outcome(launch);
      const second = next(launch, ['true']);
      await engine.start(second);
      await reported.outcome(second);

      assert.equal(processExists(-group), true);
    });

    it('never signals a process that reuses the pid', async () => {
      const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      await once(stranger, 'spawn');
      const launch = bench.launch(['true']);
      await bench.folder(launch).create();
      writeFileSync(join(bench.folder(launch).path, 'pid'), `${stranger.pid}\n`);
      await engine.kill(launch);
      await setTimeout(20);

      assert.equal(processExists(stranger.pid ?? 0), true);
      assert.equal(stranger.signalCode, null);
      stranger.kill('SIGKILL');
      await once(stranger, 'exit');
    });
  });
}
