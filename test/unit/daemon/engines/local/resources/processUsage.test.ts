import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import { parseTimes, usesInPs, usesOf } from '../../../../../../daemon/engines/local/resources/processUsage.ts';
import { endGroup } from '../bench.ts';

describe('what processes use', () => {
  const children: ChildProcess[] = [];
  const groups: number[] = [];
  afterEach(() => {
    for (const group of [...groups.splice(0), ...children.splice(0).map(({ pid }) => pid ?? 0)]) endGroup(group);
  });

  /** A shell that leads a session, with this script; resolves with its first line of output. */
  async function session(script: string): Promise<{ pid: number; said: string }> {
    const child = spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [said] = await once(child.stdout, 'data');
    return { pid: child.pid ?? 0, said: String(said).trim() };
  }

  it('is that of the whole tree, of nobody else', async () => {
    const held = `const held = Buffer.alloc(50e6, 1); console.log('up'); setInterval(() => held, 60_000)`;
    const { pid } = await session(`'${process.execPath}' -e "${held}" & wait`);
    const other = await session('echo up; sleep 60');
    const uses = await usesOf(new Set([pid]));

    assert.equal(uses.get(pid)?.processes, 2);
    assert.ok((uses.get(pid)?.memoryBytes ?? 0) > 50e6);
    assert.ok((uses.get(pid)?.cpuMs ?? 0) > 0);
    assert.equal(uses.has(other.pid), false);
  });

  it('has in it what a shell with job control put into another group', async function () {
    if (process.platform !== 'linux') this.skip();
    const { pid, said } = await session('set -m; sleep 60 & echo $!; wait');
    groups.push(Number(said));

    assert.equal((await usesOf(new Set([pid]))).get(pid)?.processes, 2);
  });

  it('has in it the time of children that have ended', async () => {
    const busy = 'while (process.cpuUsage().user < 200_000);';
    const { pid } = await session(`'${process.execPath}' -e '${busy}'; echo done; sleep 60`);

    assert.ok(((await usesOf(new Set([pid]))).get(pid)?.cpuMs ?? 0) >= 100);
  });

  it('is nothing when nobody is there', async () => {
    const { pid } = await session('echo up; sleep 60');
    const [child] = children;
    endGroup(pid);
    if (child) await once(child, 'exit');
    children.splice(0);

    assert.equal((await usesOf(new Set([pid]))).size, 0);
    assert.equal((await usesOf(new Set())).size, 0);
    assert.equal((await usesOf(new Set([pid]), 'win32')).size, 0);
  });

  it('is read from /proc whatever a process calls itself', () => {
    const fields = 'S 1 10 20 0 -1 0 0 0 0 0 3 4 5 6 20 0';

    assert.deepEqual(parseTimes(`7 (odd) name) ${fields}`), { group: 10, session: 20, cpuMs: 180 });
    assert.equal(parseTimes(`7 (gone) ${fields.replace('S', 'Z')}`), null);
    assert.equal(parseTimes(''), null);
  });

  it('is read from ps, with days and parts of seconds', () => {
    const text = ['  10 Ss   0:01.50  1000', '  10 R  1-02:03:04  24', '10 Z 9:00 9', '11 S 0:01 5', '', 'PGID ?'].join(
      '\n',
    );

    assert.deepEqual(usesInPs(text, new Set([10])).get(10), {
      ...{ processes: 2, cpuMs: 1_500 + (26 * 3600 + 3 * 60 + 4) * 1000 },
      ...{ memoryBytes: 1024 * 1024, largestBytes: 0 },
    });
  });
});
