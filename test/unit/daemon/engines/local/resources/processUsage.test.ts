import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import { kilobytes, usageOf } from '../../../../../../daemon/engines/local/resources/processUsage.ts';
import { groupMembers, killGroup } from '../bench.ts';
import { aProcess } from '../processes/builders.ts';

describe('resource usage of processes', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const { pid } of children.splice(0)) killGroup(pid ?? 0);
  });

  /** Starts a shell that leads a process group; resolves with its members when it has printed something. */
  async function members(script: string) {
    const child = spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return groupMembers(child.pid ?? 0);
  }

  it('covers all processes', async () => {
    const held = `const held = Buffer.alloc(50e6, 1); console.log('up'); setInterval(() => held, 60_000)`;
    const usage = usageOf(await members(`'${process.execPath}' -e "${held}" & wait`));

    assert.equal(usage?.processes, 2);
    assert.ok((usage?.memoryBytes ?? 0) > 50e6);
    assert.ok((usage?.cpuMs ?? 0) > 0);
  });

  it('includes the CPU time of children that have ended', async () => {
    const busy = 'while (process.cpuUsage().user < 200_000);';
    const usage = usageOf(await members(`'${process.execPath}' -e '${busy}'; echo done; sleep 60`));

    assert.ok((usage?.cpuMs ?? 0) >= 100);
  });

  it('adds up what ps reports', () => {
    const usage = usageOf([
      aProcess(1, { cpuMs: 10, residentBytes: 100 }),
      aProcess(2, { cpuMs: 5, residentBytes: 20 }),
    ]);

    assert.deepEqual(usage, { processes: 2, cpuMs: 15, memoryBytes: 120, largestBytes: 0 });
  });

  it('is null without processes', () => {
    assert.equal(usageOf([]), null);
  });

  it('is read from lines of /proc', () => {
    assert.equal(kilobytes('Rss: 9 kB\nPss:   12 kB\n', 'Pss'), 12 * 1024);
    assert.equal(kilobytes('', 'Pss'), 0);
  });
});
