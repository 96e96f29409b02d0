import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { inspectLaunch } from '../../../../../../daemon/engines/local/recovery/recovery.ts';
import { RunFolder } from '../../../../../../daemon/engines/local/supervising/runFolder.ts';
import {
  supervisorName,
  supervisorScript,
} from '../../../../../../daemon/engines/local/supervising/supervisorScript.ts';
import { supervisors } from '../bench.ts';
import { supervisorFile } from '../builtSupervisor.ts';

const commandOf = {
  sh: ['/bin/sh', '-c', supervisorScript, supervisorName],
  node: [process.execPath, supervisorFile],
};

for (const kind of supervisors) {
  describe(`a launch found by a new daemon while its supervisor starts (supervisor: ${kind})`, () => {
    let home: string;
    beforeEach(() => {
      home = mkdtempSync(join(tmpdir(), 'jobdeck-revoke-'));
    });
    afterEach(() => rmSync(home, { recursive: true, force: true }));

    async function prepare(
      name: string,
    ): Promise<{ folder: RunFolder; start: () => ChildProcess; ran: () => boolean }> {
      const folder = new RunFolder(home, name);
      await folder.create();
      const mark = join(home, `${name}.ran`);
      const [program = '', ...args] = commandOf[kind];
      const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
      return {
        folder,
        start: () => spawn(program, [...args, folder.path, folder.token() ?? '', 'touch', mark], { stdio: [...stdio] }),
        ran: () => existsSync(mark),
      };
    }

    it('runs nothing if it was revoked first', async () => {
      const { folder, start, ran } = await prepare('late.1.1');
      assert.deepEqual(await inspectLaunch(folder, 'starting', false), { kind: 'neverStarted' });
      await once(start(), 'exit');

      assert.equal(ran(), false);
    });

    it('runs nothing if it was revoked and its folder was removed', async () => {
      const { folder, start, ran } = await prepare('gone.1.1');
      assert.deepEqual(await inspectLaunch(folder, 'starting', false), { kind: 'neverStarted' });
      await folder.remove();
      await once(start(), 'exit');

      assert.equal(ran(), false);
    });

    it('runs if and only if it is not reported as never started, regardless of the timing', async () => {
      const tries = kind === 'sh' ? 60 : 12;
      const whole = await measureSupervisor();
      for (let i = 0; i <= tries; i += 1) {
        const { folder, start, ran } = await prepare(`race.1.${i}`);
        const child = i === 0 ? null : start();
        // The daemon interferes at a different point of the supervisor's start each time, from before it to after it.
        if (child && i < tries) await setTimeout((whole * i) / tries);
        if (child && i === tries) await once(child, 'exit');
        const finding = await inspectLaunch(folder, 'starting', false);
        const supervisor = child ?? start();
        if (supervisor.exitCode === null) await once(supervisor, 'exit');
        const never = finding.kind === 'neverStarted' || (await folder.outcome())?.kind === 'revoked';
        assert.equal(ran(), !never, `try ${i}: ${finding.kind}`);
        if (i === 0) assert.equal(never, true);
        if (i === tries) assert.equal(never, false);
      }
    });

    /** How long a supervisor runs in total, in milliseconds. */
    async function measureSupervisor(): Promise<number> {
      const { start } = await prepare('whole.1.1');
      const from = performance.now();
      await once(start(), 'exit');
      return performance.now() - from;
    }
  });
}
