import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { findOut } from '../../../daemon/engines/local/recovery.ts';
import { RunFolder } from '../../../daemon/engines/local/runFolder.ts';
import { supervisorName, supervisorScript } from '../../../daemon/engines/local/supervisorScript.ts';
import { supervisors } from './bench.ts';

const source = join(import.meta.dirname, '../../../daemon/engines/local/supervisor.ts');
const commandOf = {
  sh: ['/bin/sh', '-c', supervisorScript, supervisorName],
  node: [process.execPath, source],
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
        start: () => spawn(program, [...args, folder.path, 'touch', mark], { stdio: [...stdio] }),
        ran: () => existsSync(mark),
      };
    }

    it('runs nothing when it was revoked first', async () => {
      const { folder, start, ran } = await prepare('late.1.1');
      assert.deepEqual(await findOut(folder, 'starting', false), { kind: 'neverStarted' });
      await once(start(), 'exit');

      assert.equal(ran(), false);
    });

    it('runs nothing when it was revoked and its folder removed', async () => {
      const { folder, start, ran } = await prepare('gone.1.1');
      assert.deepEqual(await findOut(folder, 'starting', false), { kind: 'neverStarted' });
      await folder.remove();
      await once(start(), 'exit');

      assert.equal(ran(), false);
    });

    it('runs exactly when it is not said to have never started, however the two meet', async () => {
      const found = { ran: 0, never: 0 };
      const tries = kind === 'sh' ? 60 : 12;
      for (let i = 0; i < tries; i += 1) {
        const { folder, start, ran } = await prepare(`race.1.${i + 1}`);
        const child = start();
        const ended = once(child, 'exit');
        // Meets the supervisor at another point of its start each time.
        for (let turn = 0; turn < i * (kind === 'sh' ? 3 : 300); turn += 1) await new Promise(setImmediate);
        const finding = await findOut(folder, 'starting', false);
        await ended;
        const never = finding.kind === 'neverStarted' || (await folder.outcome())?.kind === 'revoked';
        assert.equal(ran(), !never, `try ${i}: ${finding.kind}`);
        found[never ? 'never' : 'ran'] += 1;
      }
      assert.ok(found.never > 0, 'the supervisor always came first');
      assert.ok(found.ran > 0, 'the daemon always came first');
    });
  });
}
