import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import { parseTimes, readUsage, usageInPs } from '../../../../../../daemon/engines/local/resources/processUsage.ts';
import { killGroup } from '../bench.ts';

describe('resource usage of processes', () => {
  const children: ChildProcess[] = [];
  const groups: number[] = [];
  afterEach(() => {
    for (const group of [...groups.splice(0), ...children.splice(0).map(({ pid }) => pid ?? 0)]) killGroup(group);
  });

  /** Starts a shell that leads a session; resolves with its pid and the first line of its output. */
  async function session(script: string): Promise<{ pid: number; said: string }> {
    const child = spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [said] = await once(child.stdout, 'data');
    return { pid: child.pid ?? 0, said: String(said).trim() };
  }

  it('covers the whole process tree and no other processes', async () => {
    const held = `const held = Buffer.alloc(50e6, 1); console.log('up'); setInterval(() => held, 60_000)`;
    const { pid } = await session(`'${process.execPath}' -e "${held}" & wait`);
    const other = await session('echo up; sleep 60');
    const uses = await readUsage(new Set([pid]));

    assert.equal(uses.get(pid)?.processes, 2);
    assert.ok((uses.get(pid)?.memoryBytes ?? 0) > 50e6);
    assert.ok((uses.get(pid)?.cpuMs ?? 0) > 0);
    assert.equal(uses.has(other.pid), false);
  });

  it('includes processes that a shell with job control put into another group', async function () {
    if (process.platform !== 'linux') this.skip();
    const { pid, said } = await session('set -m; sleep 60 & echo $!; wait');
    groups.push(Number(said));

    assert.equal((await readUsage(new Set([pid]))).get(pid)?.processes, 2);
  });

  it('includes the CPU time of children that have ended', async () => {
    const busy = 'while (process.cpuUsage().user < 200_000);';
    const { pid } = await session(`'${process.execPath}' -e '${busy}'; echo done; sleep 60`);

    assert.ok(((await readUsage(new Set([pid]))).get(pid)?.cpuMs ?? 0) >= 100);
  });

  it('is empty without living processes', async () => {
    const { pid } = await session('echo up; sleep 60');
    const [child] = children;
    killGroup(pid);
    if (child) await once(child, 'exit');
    children.splice(0);

    assert.equal((await readUsage(new Set([pid]))).size, 0);
    assert.equal((await readUsage(new Set())).size, 0);
    assert.equal((await readUsage(new Set([pid]), 'win32')).size, 0);
  });

  it('is parsed from /proc with any process name', () => {
    const fields = 'S 1 10 20 0 -1 0 0 0 0 0 3 4 5 6 20 0';

    assert.deepEqual(parseTimes(`7 (odd) name) ${fields}`), { group: 10, session: 20, cpuMs: 180 });
    assert.equal(parseTimes(`7 (gone) ${fields.replace('S', 'Z')}`), null);
    assert.equal(parseTimes(''), null);
  });

  it('is parsed from ps, with days and fractions of seconds', () => {
    const text = ['  10 Ss   0:01.50  1000', '  10 R  1-02:03:04  24', '10 Z 9:00 9', '11 S 0:01 5', '', 'PGID ?'].join(
      '\n',
    );

    assert.deepEqual(usageInPs(text, new Set([10])).get(10), {
      processes: 2,
      cpuMs: 1_500 + (26 * 3600 + 3 * 60 + 4) * 1000,
      memoryBytes: 1024 * 1024,
      largestBytes: 0,
    });
  });
});
