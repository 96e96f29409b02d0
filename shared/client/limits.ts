/** Resource limits as Linux shows them in /proc. */
import { readFileSync } from 'node:fs';
import type { LimitName, ResourceLimit } from '../job.ts';

export type Limits = Partial<Record<LimitName, ResourceLimit>>;

/** The names in proc(5). */
const names: Record<string, LimitName> = {
  'Max address space': 'as',
  'Max core file size': 'core',
  'Max cpu time': 'cpu',
  'Max data size': 'data',
  'Max file size': 'fsize',
  'Max file locks': 'locks',
  'Max locked memory': 'memlock',
  'Max msgqueue size': 'msgqueue',
  'Max nice priority': 'nice',
  'Max open files': 'nofile',
  'Max processes': 'nproc',
  'Max resident set': 'rss',
  'Max realtime priority': 'rtprio',
  'Max realtime timeout': 'rttime',
  'Max pending signals': 'sigpending',
  'Max stack size': 'stack',
};

/** The limits of a process; none if it is gone or this is not Linux. */
export function limitsOf(pid: number | 'self'): Limits {
  try {
    return parseLimits(readFileSync(`/proc/${pid}/limits`, 'latin1'));
  } catch {
    return {};
  }
}

/** Parses `/proc/<pid>/limits`, see proc(5). */
export function parseLimits(text: string): Limits {
  const found: Limits = {};
  for (const [, label = '', soft = '', hard = ''] of text.matchAll(/^(Max [a-z ]+?) {2,}(\w+) +(\w+)/gm)) {
    const name = names[label];
    if (name !== undefined) found[name] = { soft: amountOf(soft), hard: amountOf(hard) };
  }
  return found;
}

/** Values of 2^63 and more also stand for no limit. */
function amountOf(text: string): number | null {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** The lower of two limits, of which null is the highest. */
export function lower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
