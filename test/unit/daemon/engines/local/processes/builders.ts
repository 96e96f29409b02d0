/** Builders of processes and launches for tests. */
import type { Evidence } from '../../../../../../daemon/engines/local/processes/evidence.ts';
import type { JobProcesses } from '../../../../../../daemon/engines/local/processes/processes.ts';
import type { Process } from '../../../../../../daemon/engines/local/processes/table.ts';

/** A process that leads its own session, by default. */
export function aProcess(pid: number, more: Partial<Process> = {}): Process {
  return {
    pid,
    parent: 1,
    group: pid,
    session: pid,
    state: 'S',
    started: String(pid),
    name: 'sleep',
    cpuMs: 0,
    residentBytes: null,
    args: null,
    ...more,
  };
}

/** A launch whose supervisor has this pid. */
export function aJob(supervisor: number, more: Partial<JobProcesses> = {}): JobProcesses {
  return {
    supervisor,
    runFolder: `/run/job${supervisor}.1.1`,
    token: null,
    mark: `job${supervisor}/1`,
    log: `/logs/job${supervisor}/1.log`,
    cgroup: `jobdeck.9.${supervisor}`,
    known: new Set(),
    ...more,
  };
}

export const noEvidence: Evidence = { mark: null, home: null, outputs: [], cgroup: '/' };
