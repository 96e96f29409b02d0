import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import { isOurs } from '../../../../../../daemon/engines/local/processes/launchProof.ts';
import { processExists } from '../../../../../../daemon/engines/local/processes/process.ts';
import { killGroup } from '../bench.ts';

describe('identifying a process', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) killGroup(child.pid ?? 0);
  });

  /** Starts a process with `word` in its command line that runs until it is killed. */
  async function sleeper(word: string): Promise<number> {
    const script = 'process.stdout.write("up"); setInterval(() => {}, 60_000)';
    const child = spawn(process.execPath, ['-e', script, word], { detached: true });
    children.push(child);
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  }

  it('recognizes it by the run folder in its command line', async () => {
    const pid = await sleeper('/run/job.1.1');

    assert.equal(await isOurs(pid, '/run/job.1.1'), true);
    assert.equal(await isOurs(pid, '/run/other.1.1'), false);
    assert.equal(await isOurs(process.pid, '/run/job.1.1'), false);
  });

  it('does not recognize one that has ended', async () => {
    const pid = await sleeper('/run/job.1.1');
    const [child] = children;
    killGroup(pid);
    await once(child as ChildProcess, 'exit');

    assert.equal(await isOurs(pid, '/run/job.1.1'), false);
    assert.equal(processExists(pid), false);
  });
});
