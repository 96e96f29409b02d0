import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import { isOurs } from '../../../../../../daemon/engines/local/processes/launchProof.ts';
import {
  groupMembers,
  hasEnvironment,
  membersInPs,
  parseStat,
  processExists,
} from '../../../../../../daemon/engines/local/processes/process.ts';
import { killGroup } from '../bench.ts';

describe('identifying processes', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) killGroup(child.pid ?? 0);
  });

  /** Starts a process with `word` in its command line that runs until it is killed. */
  async function sleeper(word: string, env: Record<string, string> = {}): Promise<number> {
    const script = 'process.stdout.write("up"); setInterval(() => {}, 60_000)';
    const options = { detached: true, env: { ...process.env, ...env } };
    const child = spawn(process.execPath, ['-e', script, word], options);
    children.push(child);
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  }

  it('recognizes a process by the run folder in its command line', async () => {
    const pid = await sleeper('/run/job.1.1');

    assert.equal(await isOurs(pid, '/run/job.1.1'), true);
    assert.equal(await isOurs(pid, '/run/other.1.1'), false);
    assert.equal(await isOurs(process.pid, '/run/job.1.1'), false);
  });

  it('does not recognize a process that has ended', async () => {
    const pid = await sleeper('/run/job.1.1');
    const [child] = children;
    killGroup(pid);
    await once(child as ChildProcess, 'exit');

    assert.equal(await isOurs(pid, '/run/job.1.1'), false);
    assert.equal(processExists(pid), false);
    assert.deepEqual(await groupMembers(pid), []);
  });

  it('lists the members of a process group', async () => {
    const pid = await sleeper('x');

    const members = await groupMembers(pid);
    assert.deepEqual(
      members.map((member) => member.pid),
      [pid],
    );
    assert.deepEqual(await groupMembers(pid), members);
  });

  it('finds environment entries of a process on Linux', async () => {
    const pid = await sleeper('x', { JOBDECK_JOB_ID: 'abc', JOBDECK_ATTEMPT: '1' });

    assert.equal(
      hasEnvironment(pid, ['JOBDECK_JOB_ID=abc', 'JOBDECK_ATTEMPT=1'], 'linux'),
      process.platform === 'linux',
    );
    assert.equal(hasEnvironment(pid, ['JOBDECK_JOB_ID=ab', 'JOBDECK_ATTEMPT=1']), false);
    assert.equal(hasEnvironment(pid, ['JOBDECK_JOB_ID=abc', 'JOBDECK_ATTEMPT=2']), false);
  });

  it('parses /proc/<pid>/stat with any program name', () => {
    const stat = (name: string, state: string) => `7 (${name}) ${state} 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9876 1`;

    assert.deepEqual(parseStat(stat('a) Z 1 1 (b', 'S')), { group: 42, state: 'S', ended: false, started: '9876' });
    assert.equal(parseStat(stat('x', 'Z'))?.ended, true);
    assert.equal(parseStat(''), null);
  });

  it('parses the output of ps and skips zombies', () => {
    const text = '    1     1 Ss   Mon Jan  1 10:00:00 2026\n   42    42 S+   a b\n   43    42 Z    c d\n\n';

    assert.deepEqual(membersInPs(text, 42), [{ pid: 42, started: 'a b' }]);
  });
});
