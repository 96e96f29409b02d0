/** Where a process runs: process IDs mean something only within one boot of one machine, and within one container. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { startTimeOf } from './process.ts';

/** Fields are null where the system has no such thing, or in records of earlier versions. */
export interface Place {
  /** The name of the machine or container, for people. */
  host: string | null;
  /** Identifies the installation of the operating system. */
  machine: string | null;
  boot: string | null;
  /** The PID namespace; containers have their own. */
  namespace: string | null;
  /** When the first process of that namespace was started: the ID of a namespace is used again after its end. */
  init: string | null;
}

/** `gone`: that boot or container has ended, with all of its processes. `elsewhere`: it may still exist. */
export type Relation = 'here' | 'gone' | 'elsewhere';

/** Boot times this close count as the same boot, because setting the clock shifts them. Used where the kernel has no boot ID. */
const sameBootSeconds = 60;

export function currentPlace(): Place {
  return { host: hostname(), machine: machineId(), boot: bootId(), namespace: pidNamespace(), init: startTimeOf(1) };
}

/** How the place of a record relates to the current one. */
export function relationTo(then: Place, now: Place, platform: NodeJS.Platform = process.platform): Relation {
  if (differ(then.machine, now.machine)) return 'elsewhere';
  if (!isSameBoot(then.boot ?? '', now.boot ?? '')) {
    // Machines may share an ID because they were cloned. On macOS, the name depends on the network.
    const isNamed = platform !== 'darwin' || then.machine === null;
    return isNamed && differ(then.host, now.host) ? 'elsewhere' : 'gone';
  }
  if (differ(then.namespace, now.namespace)) return 'elsewhere';
  return differ(then.init, now.init) ? 'gone' : 'here';
}

/** The place in a parsed record; unknown fields are null. */
export function toPlace(value: unknown): Place {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : null);
  return {
    host: text('host'),
    machine: text('machine'),
    boot: text('boot'),
    namespace: text('namespace'),
    init: text('init'),
  };
}

/** Identifies the current boot of the operating system. */
export function bootId(platform: NodeJS.Platform = process.platform, now = Date.now()): string {
  if (platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `up ${Math.round(now / 1000 - uptime())}`;
}

/** Whether two IDs identify the same boot. */
export function isSameBoot(one: string, other: string): boolean {
  if (one === other) return one !== '';
  const [first, second] = [one, other].map((id) => Number(/^up (\d+)$/.exec(id)?.[1] ?? Number.NaN));
  return Math.abs((first ?? Number.NaN) - (second ?? Number.NaN)) < sameBootSeconds;
}

function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

function pidNamespace(): string | null {
  return orNull(() => readlinkSync('/proc/self/ns/pid'));
}

/** Hashed, because machine-id(5) asks programs not to expose the ID itself. Null in containers that have none. */
function machineId(): string | null {
  const id = orNull(readMachineId)?.trim();
  return id ? createHash('sha256').update(`jobdeck ${id}`).digest('hex').slice(0, 32) : null;
}

function readMachineId(): string {
  const options = { encoding: 'utf8', stdio: 'pipe', timeout: 2_000, windowsHide: true } as const;
  switch (process.platform) {
    case 'darwin':
      return /"IOPlatformUUID" = "([^"]+)"/.exec(
        execFileSync('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'], options),
      )?.[1] as string;
    case 'win32':
      return /REG_SZ\s+(\S+)/.exec(
        execFileSync('reg.exe', ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid'], options),
      )?.[1] as string;
    default:
      return readFileSync('/etc/machine-id', 'utf8');
  }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
