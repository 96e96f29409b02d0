/**
 * A cgroup for each launch, where the user may create them: on Linux with version 2 of cgroups, as under systemd. A
 * process can't leave its cgroup by starting a session or changing its environment.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isErrno } from '../errno.ts';
import { processExists } from './process.ts';

const prefix = 'jobdeck.';
/** In a run folder: contains the path of the file to which its supervisor writes to enter its cgroup. */
const fileName = 'cgroup';

/**
 * The folder of a process's cgroup, from its `/proc/<pid>/cgroup` and `/proc/<pid>/mountinfo`; null if there is none.
 * That of a job is the one around it: what runs there must be able to outlive the job.
 */
export function cgroupFolder(cgroup: string, mountinfo: string): string | null {
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  for (const line of mountinfo.split('\n')) {
    const [fields = '', type = ''] = line.split(' - ');
    const [root = '', mountPoint = ''] = fields.split(' ').slice(3, 5);
    if (path === undefined || !type.startsWith('cgroup2 ')) continue;
    if (root !== '/' && path !== root && !path.startsWith(`${root}/`)) continue;
    const parts = (root === '/' ? path : path.slice(root.length)).split('/');
    const job = parts.findIndex((part) => part.startsWith(prefix));
    return join(mountPoint, ...(job === -1 ? parts : parts.slice(0, job)));
  }
  return null;
}

/**
 * Creating and removing a cgroup takes the kernel milliseconds, so they are used again. Their names are never used
 * again by another daemon.
 */
export class Cgroups {
  readonly #parent: string;
  readonly #names: string;
  #free: string[] = [];
  #made = 0;
  #closed = false;

  constructor(parent: string) {
    this.#parent = parent;
    this.#names = `${prefix}${process.pid}.${randomBytes(6).toString('hex')}.`;
  }

  /** Leaves the cgroup of a job. Null if no cgroup can be created. */
  static open(): Cgroups | null {
    if (process.platform !== 'linux') return null;
    try {
      const own = readFileSync('/proc/self/cgroup', 'utf8');
      const parent = cgroupFolder(own, readFileSync('/proc/self/mountinfo', 'utf8'));
      if (parent === null) return null;
      if (own.includes(`/${prefix}`)) writeFileSync(join(parent, 'cgroup.procs'), '0', { flag: 'r+' });
      const cgroups = new Cgroups(parent);
      cgroups.#free.push(cgroups.#make());
      return cgroups;
    } catch {
      return null;
    }
  }

  /** Prepares a cgroup for the supervisor in a run folder. Returns its name; null if there can be none. */
  assign(runFolder: string): string | null {
    try {
      const folder = this.#free.pop() ?? this.#make();
      writeFileSync(join(runFolder, fileName), `${join(folder, 'cgroup.procs')}\n`, { mode: 0o600 });
      return basename(folder);
    } catch {
      return null;
    }
  }

  /** Takes back the cgroup of a launch that has ended. */
  release(name: string): void {
    const folder = join(this.#parent, name);
    if (this.#closed || !name.startsWith(this.#names)) remove(folder);
    else if (isEmpty(folder)) this.#free.push(folder);
  }

  /** Removes the cgroups that earlier daemons left, except those that are `needed`. */
  removeAbandoned(needed: (name: string) => boolean): void {
    const isRunning = new Map<number, boolean>();
    for (const name of readdirSync(this.#parent)) {
      const daemon = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('.')[0]) : 0;
      if (!(daemon > 0) || needed(name)) continue;
      if (!isRunning.has(daemon)) isRunning.set(daemon, processExists(daemon));
      if (isRunning.get(daemon) === false) remove(join(this.#parent, name));
    }
  }

  close(): void {
    this.#closed = true;
    for (let n = 1; n <= this.#made; n += 1) remove(join(this.#parent, `${this.#names}${n}`));
  }

  #make(): string {
    this.#made += 1;
    const folder = join(this.#parent, `${this.#names}${this.#made}`);
    mkdirSync(folder);
    return folder;
  }
}

/** The name of the cgroup that was assigned to the launch of a run folder; null if none was. */
export function assignedCgroup(runFolder: string): string | null {
  try {
    return basename(dirname(readFileSync(join(runFolder, fileName), 'utf8').trim()));
  } catch {
    return null;
  }
}

/** Whether it has no processes, such as a daemon that the job has started. */
function isEmpty(folder: string): boolean {
  return /^populated 0$/m.test(readFileSync(join(folder, 'cgroup.events'), 'utf8'));
}

/** Fails while it has processes. They keep it, and the next daemon removes it. */
function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!isErrno(error, 'EBUSY', 'ENOENT', 'EACCES', 'EPERM', 'EROFS')) throw error;
  }
}
