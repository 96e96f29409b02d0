import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Evidence } from '../../../../../../daemon/engines/local/processes/evidence.ts';
import { membersOf } from '../../../../../../daemon/engines/local/processes/membership.ts';
import type { JobProcesses } from '../../../../../../daemon/engines/local/processes/processes.ts';
import { nameOf, type Process } from '../../../../../../daemon/engines/local/processes/table.ts';
import { daemonName } from '../../../../../../daemon/processName.ts';
import { aJob, aProcess, noEvidence } from './builders.ts';

const daemon = 50;
const job = aJob(100);
const other = aJob(200);

/** The pids that belong to each of the jobs. `evidence` is by pid. */
function pidsOf(
  processes: Process[],
  evidence: Record<number, Partial<Evidence>>,
  jobs: JobProcesses[] = [job],
): number[][] {
  const on = ({ pid }: Process) => ({ ...noEvidence, ...evidence[pid] });
  const members = membersOf([aProcess(1, { parent: 0 }), aProcess(daemon), ...processes], jobs, on, daemon);
  return jobs.map((one) => (members.get(one) ?? []).map(({ pid }) => pid));
}

const supervisor = aProcess(100, { parent: daemon, name: 'sh' });
const marked = { mark: job.mark };

describe('the processes of a launch', () => {
  it('are those with its mark', () => {
    assert.deepEqual(pidsOf([supervisor, aProcess(101), aProcess(102)], { 100: marked, 101: marked }), [[100, 101]]);
  });

  it('are those that descend from one, whatever their session and environment', () => {
    const tree = [supervisor, aProcess(101, { parent: 100 }), aProcess(102, { parent: 101 }), aProcess(103)];
    assert.deepEqual(pidsOf(tree, { 100: marked }), [[100, 101, 102]]);
  });

  it('are those in its cgroup or in one below', () => {
    const cgroup = `/user.slice/${job.cgroup}`;
    const evidence = { 101: { cgroup }, 102: { cgroup: `${cgroup}/below` }, 103: { cgroup: `${cgroup}0` } };
    assert.deepEqual(
      pidsOf(
        [101, 102, 103].map((pid) => aProcess(pid)),
        evidence,
      ),
      [[101, 102]],
    );
  });

  it('are those that write to its log', () => {
    const evidence = { 101: { outputs: ['/dev/null', job.log] }, 102: { outputs: [other.log, ''] } };
    assert.deepEqual(pidsOf([aProcess(101), aProcess(102)], evidence), [[101]]);
  });

  it('are a supervisor whose environment can’t be read, and what it runs', () => {
    const tree = [supervisor, aProcess(101, { parent: 100 })];
    assert.deepEqual(pidsOf(tree, { 100: { outputs: [job.log] } }), [[100, 101]]);
  });

  it('are those that were known before, but not one that reuses the pid', () => {
    const known = new Set([nameOf(aProcess(101)), nameOf(aProcess(102))]);
    const now = [aProcess(101), aProcess(102, { started: 'later' })];
    assert.deepEqual(pidsOf(now, {}, [aJob(100, { known })]), [[101]]);
  });

  it('are those in a session or group that one leads', () => {
    const tree = [
      supervisor,
      aProcess(101, { group: 100 }),
      aProcess(102, { session: 100 }),
      aProcess(103, { parent: 102 }),
    ];
    assert.deepEqual(pidsOf(tree, { 100: marked }), [[100, 101, 102, 103]]);
  });

  it('are those in a session or group whose leader has ended and in which one is', () => {
    const tree = [aProcess(101, { session: 99, group: 99 }), aProcess(102, { session: 99 })];
    assert.deepEqual(pidsOf(tree, { 101: marked }), [[101, 102]]);
  });

  it('are not those in the session of a terminal in which one with its mark was started', () => {
    const shell = aProcess(90);
    const tree = [shell, aProcess(101, { session: 90, parent: 90 }), aProcess(102, { session: 90, parent: 90 })];
    assert.deepEqual(pidsOf(tree, { 101: marked }), [[101]]);
  });

  it('are not those of a job that it submitted', () => {
    const nested = aProcess(200, { parent: daemon });
    const tree = [supervisor, nested, aProcess(201, { parent: 200 })];
    assert.deepEqual(pidsOf(tree, { 100: marked, 200: { mark: other.mark } }), [[100]]);
    assert.deepEqual(pidsOf(tree, { 100: marked, 200: { mark: other.mark } }, [job, other]), [[100], [200, 201]]);
  });

  it('are not a daemon that it started and what that runs', () => {
    const tree = [
      supervisor,
      aProcess(101, { parent: 100, name: daemonName }),
      aProcess(200, { parent: 101 }),
      aProcess(201, { parent: 200 }),
      aProcess(202, { parent: 101 }),
    ];
    const evidence = { 100: marked, 101: marked, 200: { mark: 'nested/1', cgroup: `/${job.cgroup}` } };
    assert.deepEqual(pidsOf(tree, evidence), [[100]]);
  });

  it('are those with another mark in the session of the supervisor: a program may set the variables', () => {
    const tree = [supervisor, aProcess(101, { parent: 100, session: 100, group: 100 })];
    assert.deepEqual(pidsOf(tree, { 100: marked, 101: { mark: 'job100/7' } }), [[100, 101]]);
  });

  it('are found without any evidence by the run folder of the supervisor, as on macOS', () => {
    const args = `/bin/sh -c … ${job.runFolder} sleep 1`;
    const [own, child] = [
      aProcess(100, { parent: daemon, session: null, args }),
      aProcess(101, { parent: 100, session: null }),
    ];
    const stranger = aProcess(300, { session: null, args });
    assert.deepEqual(pidsOf([own, child, stranger], {}), [[100, 101]]);
    assert.deepEqual(pidsOf([{ ...own, args: 'sleep 1' }, child], {}), [[]]);
  });

  it('are not this daemon and the first process of the system, whatever their evidence', () => {
    assert.deepEqual(pidsOf([aProcess(101)], { 1: marked, [daemon]: marked, 101: marked }), [[101]]);
  });

  /** Any tree of processes, in any sessions and groups, with any evidence of two jobs or none. */
  const trees = fc.array(
    fc.record({
      parent: fc.nat({ max: 30 }),
      session: fc.nat({ max: 30 }),
      group: fc.nat({ max: 30 }),
      name: fc.constantFrom('sleep', 'sleep', 'sleep', daemonName),
      evidence: fc.record({
        mark: fc.constantFrom(null, null, null, job.mark, other.mark, 'third/1'),
        outputs: fc.constantFrom([], [], [job.log], [other.log]),
        cgroup: fc.constantFrom('/', '/', `/${job.cgroup}`),
      }),
    }),
    { maxLength: 30 },
  );
  type Tree = typeof trees extends fc.Arbitrary<infer T> ? T : never;

  const read = (tree: Tree) => {
    const processes = tree.map(({ evidence, ...rest }, index) => aProcess(index + 2, rest));
    const evidence = Object.fromEntries(tree.map((one, index) => [index + 2, one.evidence]));
    return { processes, evidence };
  };

  it('belong to one launch only, in any tree, and are never a daemon or marked as another launch outside its session', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const { processes, evidence } = read(tree);
        const [first = [], second = []] = pidsOf(processes, evidence, [job, other]);
        assert.equal(new Set([...first, ...second]).size, first.length + second.length);
        for (const [pids, own] of [
          [first, job],
          [second, other],
        ] as const) {
          for (const pid of pids) {
            assert.ok(pid > 1 && pid !== daemon);
            assert.notEqual(processes[pid - 2]?.name, daemonName);
            const { mark = null } = evidence[pid] ?? {};
            assert.ok(mark === null || mark === own.mark);
          }
        }
      }),
    );
  });

  it('include the children of each member unless they are foreign, in any tree', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const { processes, evidence } = read(tree);
        const [pids = []] = pidsOf(processes, evidence);
        for (const { pid, parent, name } of processes) {
          const isForeign = name === daemonName || (evidence[pid]?.mark ?? job.mark) !== job.mark;
          if (pids.includes(parent) && pid !== parent && !isForeign)
            assert.ok(pids.includes(pid), `${pid} of ${parent}`);
        }
      }),
    );
  });

  it('do not depend on the processes that others have', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const { processes, evidence } = read(tree);
        const strangers = [aProcess(500), aProcess(501, { parent: 500 })];
        assert.deepEqual(pidsOf([...processes, ...strangers], evidence), pidsOf(processes, evidence));
      }),
    );
  });
});
