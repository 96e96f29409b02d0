import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Launch } from '../../../../../../daemon/engines/engine.ts';
import type { LocalEngine } from '../../../../../../daemon/engines/local/engine.ts';
import { groupMembers, isThere } from '../../../../../../daemon/engines/local/processes/process.ts';
import { Bench, type Reported, supervisors } from '../bench.ts';

for (const kind of supervisors) {
  describe(`killing a job at once (supervisor: ${kind})`, () => {
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
      await bench.says(launch, 'ready');
      return { launch, group: await reported.pid(launch) };
    }
    const members = async (group: number) => (await groupMembers(group)).length;
    const next = (launch: Launch, command: string[]): Launch => ({ ...launch, attempt: 2, command: { argv: command } });

    /** Says who lives in a process group, then `alone`. */
    const looksFor = (group: number) => [
      'sh',
      '-c',
      `for stat in /proc/[0-9]*/stat; do
         { read -r pid name state parent group rest <$stat; } 2>/dev/null || continue
         [ "$group" != ${group} ] || [ "$state" = Z ] || echo "met $pid $name"
       done; echo alone`,
    ];

    it('ends what does not listen to SIGTERM without any grace, and resolves when it is gone', async () => {
      const { launch, group } = await ready(stubborn);
      await engine.kill(launch);

      assert.equal(await members(group), 0);
      assert.equal(bench.folder(launch).path.startsWith(bench.runDir), true);
      assert.deepEqual(readdirSync(bench.runDir), ['boot']);
    });

    it('ends children of children, and what is stopped', async () => {
      const { launch, group } = await ready(`sh -c '(${stubborn.replaceAll('"', '\\"')}) & wait' & wait`);
      assert.ok((await members(group)) >= 4);
      await engine.suspend(launch, true);
      await engine.kill(launch);

      assert.equal(await members(group), 0);
    });

    it('does not wait for a cancel that is on its way', async () => {
      const { launch, group } = await ready(stubborn);
      await engine.cancel(launch);
      await engine.kill(launch);

      assert.equal(await members(group), 0);
    });

    it('comes to an end however early it comes', async () => {
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

    it('of something that has ended, or never was, changes nothing', async () => {
      const { launch } = await ready('echo ready');
      await reported.outcome(launch);
      await engine.kill(launch);
      await engine.kill(bench.launch(['true']));
    });

    it('keeps the next attempt of the job from meeting it', async () => {
      const { launch, group } = await ready(`(${stubborn}) & ${stubborn}`);
      const killed = engine.kill(launch);
      const second = next(launch, looksFor(group));
      await engine.start(second);
      await Promise.all([killed, reported.outcome(second)]);

      assert.equal(bench.log(second), 'alone\n');
    });

    it('is done before the next attempt when the daemon went between the two', async () => {
      const { launch, group } = await ready(`(${stubborn}) & ${stubborn}`);
      await engine.close();
      // The attempt was ended by force, so the next daemon hears nothing of it.
      ({ engine, reported } = await bench.engine(kind));
      assert.deepEqual(engine.leftovers(), [{ jobId: launch.jobId, attempt: 1, launch: 1 }]);
      const second = next(launch, looksFor(group));
      await engine.start(second);
      await reported.outcome(second);

      assert.equal(bench.log(second), 'alone\n');
    });

    it('ends what an earlier daemon left', async () => {
      const { launch, group } = await ready(`(${stubborn}) & ${stubborn}`);
      await engine.close();
      ({ engine, reported } = await bench.engine(kind));
      const [left] = engine.leftovers();
      await engine.kill(left ?? assert.fail());

      assert.equal(await members(group), 0);
      assert.deepEqual(readdirSync(bench.runDir), ['boot']);
      assert.equal(left?.jobId, launch.jobId);
    });

    it('leaves alone what an attempt left behind that ended by itself, also when the next one comes', async () => {
      const { launch, group } = await ready('(echo ready; exec sleep 60) & read line <"/dev/null"; exit 1');
      await reported.outcome(launch);
      const second = next(launch, ['true']);
      await engine.start(second);
      await reported.outcome(second);

      assert.equal(isThere(-group), true);
    });

    it('never touches a process that got the same pid later', async () => {
      const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      await once(stranger, 'spawn');
      const launch = bench.launch(['true']);
      await bench.folder(launch).create();
      writeFileSync(join(bench.folder(launch).path, 'pid'), `${stranger.pid}\n`);
      await engine.kill(launch);
      await setTimeout(20);

      assert.equal(isThere(stranger.pid ?? 0), true);
      assert.equal(stranger.signalCode, null);
      stranger.kill('SIGKILL');
      await once(stranger, 'exit');
    });
  });
}
