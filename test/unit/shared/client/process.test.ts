import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isAlive, untilGone } from '../../../../shared/client/process.ts';

describe('a process', () => {
  it('is alive if it is this one', async () => {
    assert.equal(isAlive(process.pid), true);
    assert.equal(await untilGone(process.pid, 30), false);
  });

  it('is not alive after it has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    assert.equal(isAlive(child.pid ?? 0), false);
  });

  // On other systems, the first process collects all orphans.
  if (process.platform === 'linux') {
    it('is not alive if it is a zombie', async () => {
      // The shell is replaced by a program that never waits for its child. The child then ends with its input.
      const script = 'exec 3<&0; (read -r line <&3) & echo $!; exec sleep 30';
      const parent = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
      try {
        const [said] = await once(parent.stdout, 'data');
        const pid = Number.parseInt(String(said), 10);
        while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await setImmediate();
        parent.stdin.end();
        assert.ok(await untilGone(pid, 10_000));
        assert.doesNotThrow(() => process.kill(pid, 0));
      } finally {
        parent.kill('SIGKILL');
      }
    });
  }
});
