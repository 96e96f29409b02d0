/** What the system lets the daemon give to a job. */
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { type Limits, limitsOf } from '../../../../shared/client/limits.ts';

export interface Privileges {
  /** The limits and nice value of the daemon. */
  limits: Limits;
  nice: number;
  /** Whether a hard limit can be raised. */
  raisesLimits: boolean;
  /** The lowest nice value that can be set. */
  lowestNice: number;
  /** Paths of the programs that set them; null if they are missing. */
  prlimit: string | null;
  niceProgram: string | null;
}

/** Bits of capabilities, see capabilities(7). */
const sysNice = 23n;
const sysResource = 24n;

export function ownPrivileges(): Privileges {
  const limits = limitsOf('self');
  const nice = getPriority();
  const fromLimit = limits.nice === undefined ? 20 : 20 - (limits.nice.soft ?? 40);
  return {
    limits,
    nice,
    raisesLimits: has(sysResource),
    lowestNice: has(sysNice) ? -20 : Math.min(nice, fromLimit),
    prlimit: firstOf('/usr/bin/prlimit', '/bin/prlimit'),
    niceProgram: firstOf('/usr/bin/nice', '/bin/nice'),
  };
}

/** Capabilities in a user namespace don't count for limits and nice values. */
function has(capability: bigint): boolean {
  if (process.platform !== 'linux') return process.geteuid?.() === 0;
  try {
    const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0';
    const isInitial = /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'latin1'));
    return isInitial && (BigInt(`0x${effective}`) & (1n << capability)) !== 0n;
  } catch {
    return false;
  }
}

function firstOf(...paths: string[]): string | null {
  return paths.find(existsSync) ?? null;
}
