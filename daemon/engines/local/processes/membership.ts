/** Decides which processes belong to which launch. Pure. */
import { daemonName } from '../../../processName.ts';
import type { Evidence } from './evidence.ts';
import { belongsToOriginal } from './launchProof.ts';
import { nameOf, type Process } from './table.ts';

/** Facts by which the processes of a launch are recognized. */
export interface Membership {
  /** The pid of the supervisor, which leads its own session. */
  supervisor: number;
  runFolder: string;
  /** The token of the launch; null if an earlier version launched it. */
  token: string | null;
  mark: string;
  /** The log file, in which the command writes its output. */
  log: string;
  /** The name of its cgroup; null for none. */
  cgroup: string | null;
  /** The processes that were its members at the last look, as `nameOf` names them. */
  known: ReadonlySet<string>;
}

/** Belongs to no launch that was asked for: a daemon, or a job that another one submitted. */
const foreign = Symbol('foreign');
type Owner<J> = J | typeof foreign | null;

/**
 * The members of each launch, parents first. A process is a member if it carries the launch's mark, is in its cgroup,
 * writes to its log, was a member before, or descends from a member, or if it is in the session or process group of a
 * member. A process with the mark of another launch, or of the home that this one was copied from, and a daemon, are not,
 * and neither are their descendants. Nor are `self`, the process that asks, and the first process of the system.
 */
export function membersOf<J extends Membership>(
  processes: readonly Process[],
  launches: readonly J[],
  evidenceOn: (process: Process) => Evidence,
  self: number,
): Map<J, Process[]> {
  const members = new Owners(processes, launches, evidenceOn, self).resolve();
  return new Map(launches.map((launch) => [launch, members.get(launch) ?? []]));
}

class Owners<J extends Membership> {
  readonly #processes: readonly Process[];
  readonly #evidenceOn: (process: Process) => Evidence;
  readonly #self: number;
  readonly #byPid: ReadonlyMap<number, Process>;
  readonly #bySupervisor: ReadonlyMap<number, J>;
  readonly #byMark: ReadonlyMap<string, J>;
  readonly #byLog: ReadonlyMap<string, J>;
  readonly #byCgroup: ReadonlyMap<string, J>;
  readonly #byKnown: ReadonlyMap<string, J>;
  readonly #owners = new Map<number, Owner<J>>();

  constructor(
    processes: readonly Process[],
    launches: readonly J[],
    evidenceOn: (process: Process) => Evidence,
    self: number,
  ) {
    this.#processes = processes;
    this.#evidenceOn = evidenceOn;
    this.#self = self;
    this.#byPid = new Map(processes.map((one) => [one.pid, one]));
    this.#bySupervisor = new Map(launches.map((launch) => [launch.supervisor, launch]));
    this.#byMark = new Map(launches.map((launch) => [launch.mark, launch]));
    this.#byLog = new Map(launches.map((launch) => [launch.log, launch]));
    this.#byCgroup = new Map(launches.flatMap((launch) => (launch.cgroup === null ? [] : [[launch.cgroup, launch]])));
    this.#byKnown = new Map(launches.flatMap((launch) => [...launch.known].map((name) => [name, launch])));
  }

  resolve(): Map<J, Process[]> {
    for (const process of this.#processes) this.#ownerOf(process);
    while (this.#addByUnit('session') || this.#addByUnit('group'));
    const members = new Map<J, Process[]>();
    for (const process of this.#processes) {
      const owner = this.#owners.get(process.pid);
      if (!owner || owner === foreign) continue;
      const list = members.get(owner);
      if (list) list.push(process);
      else members.set(owner, [process]);
    }
    return members;
  }

  #ownerOf(process: Process): Owner<J> {
    const found = this.#owners.get(process.pid);
    if (found !== undefined) return found;
    // A snapshot that was read while processes ended could contain a cycle.
    this.#owners.set(process.pid, null);
    const owner = this.#decide(process);
    this.#owners.set(process.pid, owner);
    return owner;
  }

  #decide(process: Process): Owner<J> {
    const { pid, name, args } = process;
    if (pid <= 1) return null;
    if (pid === this.#self || name === daemonName || args?.includes('/dist/daemon.js')) return foreign;
    const { mark, home, outputs, cgroup } = this.#evidenceOn(process);
    if (mark !== null) {
      const marked = this.#byMark.get(mark) ?? this.#ownSession(process);
      return marked === null || belongsToOriginal(home, marked.runFolder) ? foreign : marked;
    }
    const launch = this.#bySupervisor.get(pid);
    if (launch && args?.includes(launch.token ?? launch.runFolder)) return launch;
    const parent = this.#byPid.get(process.parent);
    // The supervisors are children of this daemon.
    const inherited = parent === undefined || parent.pid === this.#self ? null : this.#ownerOf(parent);
    if (inherited === foreign) return foreign;
    return (
      this.#byKnown.get(nameOf(process)) ??
      cgroup.split('/').reduce<J | null>((own, part) => own ?? this.#byCgroup.get(part) ?? null, null) ??
      outputs.reduce<J | null>((own, output) => own ?? this.#byLog.get(output) ?? null, null) ??
      inherited
    );
  }

  /** The launch whose supervisor leads the session of a process: a program may set the variables for its children. */
  #ownSession({ session, pid }: Process): J | null {
    const launch = session === null || session === pid ? undefined : this.#bySupervisor.get(session);
    const supervisor = this.#byPid.get(session ?? 0);
    return launch && supervisor && this.#ownerOf(supervisor) === launch ? launch : null;
  }

  /**
   * Adds processes in sessions or process groups that are a launch's, with their descendants. One whose leader has
   * ended is a launch's if a member is and none is foreign: its ID isn't reused while it has members.
   */
  #addByUnit(unit: 'session' | 'group'): boolean {
    const owners = new Map<number, Owner<J>>();
    for (const process of this.#processes) {
      const id = process[unit];
      const owner = this.#owners.get(process.pid) ?? null;
      if (id === null || id <= 1 || owner === null) continue;
      if (id === process.pid) owners.set(id, owner);
      else if (!this.#byPid.has(id)) owners.set(id, owners.get(id) === foreign ? foreign : owner);
    }
    let added = false;
    for (const process of this.#processes) {
      if (process.pid <= 1 || this.#owners.get(process.pid) != null) continue;
      const parent = this.#owners.get(process.parent);
      const owner = parent ?? owners.get(process[unit] ?? 0) ?? null;
      if (owner === null || owner === foreign) continue;
      this.#owners.set(process.pid, owner);
      added = true;
    }
    return added;
  }
}
