import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Launch } from '../../../../../../daemon/engines/engine.ts';
import type { LocalEngine } from '../../../../../../daemon/engines/local/engine.ts';
import { Cgroups } from '../../../../../../daemon/engines/local/processes/cgroups.ts';
import {
  type Escape,
  escapes,
  sleepers,
  stateOf,
  uniqueSeconds,
  waitForSleepers,
} from '../../../../../support/escapes.ts';
import { Bench, type Reported } from '../bench.ts';

for (const withCgroups of [true, false]) {
  describe(`processes that leave the group of their job (${withCgroups ? 'with' : 'without'} cgroups)`, () => {
    let bench: Bench;
    let engine: LocalEngine;
    let reported: Reported;
    let seconds: string;

    beforeEach(async function () {
      if (process.platform !== 'linux') this.skip();
      const cgroups = withCgroups ? Cgroups.open() : null;
      if (withCgroups && cgroups === null) this.skip();
      bench = new Bench();
      seconds = uniqueSeconds();
      ({ engine, reported } = await bench.engine('sh', [], { graceMs: 300, cgroups }));
    });
    afterEach(async () => {
      for (const pid of sleepers(seconds)) process.kill(pid, 'SIGKILL');
      await bench.dispose();
    });

    const found = escapes.filter(({ needsCgroup = false }) => withCgroups || !needsCgroup);

    async function start({ line, sleeps }: Escape): Promise<{ launch: Launch; pids: number[] }> {
      const launch = bench.launch(['sh', '-c', line(seconds)]);
      await engine.start(launch);
      return { launch, pids: await waitForSleepers(seconds, sleeps) };
    }

    for (const way of found) {
      it(`are gone when a cancel is reported: ${way.name}`, async () => {
        const { launch } = await start(way);
        await engine.cancel(launch);
        await reported.outcome(launch);
        assert.deepEqual(sleepers(seconds), []);
      });

      it(`are gone after a kill: ${way.name}`, async () => {
        const { launch } = await start(way);
        await engine.kill(launch);
        assert.deepEqual(sleepers(seconds), []);
        assert.deepEqual(readdirSync(bench.runDir), ['boot']);
      });

      it(`are all paused and resumed: ${way.name}`, async () => {
        const { launch, pids } = await start(way);
        await engine.suspend(launch, true);
        while (!pids.every((pid) => stateOf(pid) === 'T')) await setTimeout(10);
        await engine.suspend(launch, false);
        while (!pids.every((pid) => stateOf(pid) === 'S')) await setTimeout(10);
        await engine.suspend(launch, true);
        await engine.cancel(launch);
        await reported.outcome(launch);
        assert.deepEqual(sleepers(seconds), []);
      });

      it(`are measured: ${way.name}`, async () => {
        const { launch } = await start(way);
        assert.ok(((await engine.resources(launch))?.processes ?? 0) > way.sleeps);
      });
    }
  });
}
