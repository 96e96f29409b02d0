import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parsePs, parseStat, readProcesses } from '../../../../../../daemon/engines/local/processes/table.ts';

describe('the process table', () => {
  it('contains this process and its parent, parents first', async function () {
    if (process.platform === 'win32') this.skip();
    const pids = (await readProcesses()).map(({ pid }) => pid);

    assert.ok(pids.indexOf(process.ppid) >= 0);
    assert.ok(pids.indexOf(process.ppid) < pids.indexOf(process.pid));
  });

  it('is empty on Windows', async () => {
    assert.deepEqual(await readProcesses('win32'), []);
  });

  const stat = (name: string, state: string) => `7 (${name}) ${state} 1 42 43 0 -1 0 0 0 0 0 3 4 5 6 20 0 1 0 9876 1`;

  it('is read from /proc with any program name', () => {
    assert.deepEqual(parseStat(stat('a) Z 1 1 (b', 'S')), {
      pid: 7,
      parent: 1,
      group: 42,
      session: 43,
      state: 'S',
      started: '9876',
      name: 'a) Z 1 1 (b',
      cpuMs: 180,
      residentBytes: null,
      args: null,
    });
  });

  it('contains no zombies and nothing that is gone', () => {
    assert.equal(parseStat(stat('x', 'Z')), null);
    assert.equal(parseStat(''), null);
  });

  it('is read from ps', () => {
    const text = `
   42     1    42 Ss   1-02:03:04  24 Mon Jan  5 10:00:01 2026 /bin/sh -c sleep 60
   41     1    41 S+      0:01.50   8 Mon Jan  5 10:00:00 2026 sleep 1
   43    42    42 Z       0:00.00   0 Mon Jan  5 10:00:02 2026 (sh)
  PID  PPID  PGID STAT  TIME  RSS STARTED ARGS
`;
    const [first, second, ...others] = parsePs(text);

    assert.deepEqual(others, []);
    assert.deepEqual([first?.pid, first?.name, first?.cpuMs], [41, 'sleep', 1_500]);
    assert.deepEqual(second, {
      pid: 42,
      parent: 1,
      group: 42,
      session: null,
      state: 'S',
      started: 'Mon Jan 5 10:00:01 2026',
      name: 'sh',
      cpuMs: (26 * 3600 + 3 * 60 + 4) * 1000,
      residentBytes: 24 * 1024,
      args: '/bin/sh -c sleep 60',
    });
  });
});
