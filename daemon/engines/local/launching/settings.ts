/** How a job gets the umask, nice value and resource limits that it was submitted with. */
import { type Limits, lower } from '../../../../shared/client/limits.ts';
import { type LimitName, limitNames, type ProcessSettings, type ResourceLimit } from '../../../../shared/job.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import { timelineMessage } from '../../../../shared/messages/timeline.ts';
import type { Privileges } from './privileges.ts';

export interface Preparation {
  /** For the shell that then replaces itself with the command. */
  umask: number | null;
  /** Lines of that shell that set limits. */
  lines: string[];
  /** Programs with their arguments that set the rest and run the command after them. */
  prefix: string[];
  /** Settings that the system refuses. */
  refused: Message[];
}

/** The settings of the daemon. */
export const unchanged: Preparation = { umask: null, lines: [], prefix: [], refused: [] };

/** Limits that all shells can set, by the letter and unit of `ulimit`. Open files come last, as shells need some. */
const builtIn: Partial<Record<LimitName, { letter: string; unit: number }>> = {
  cpu: { letter: 't', unit: 1 },
  as: { letter: 'v', unit: 1024 },
  data: { letter: 'd', unit: 1024 },
  stack: { letter: 's', unit: 1024 },
  nofile: { letter: 'n', unit: 1 },
};

type Change = [LimitName, ResourceLimit];

/** Only what differs from the daemon’s own settings is set. */
export function preparation(
  { umask, nice, limits = {} }: ProcessSettings,
  own: Privileges,
  shell: boolean,
): Preparation {
  const prepared: Preparation = { umask: umask ?? null, lines: [], prefix: [], refused: [] };
  // First, because the limits could keep it from starting.
  if (nice !== undefined) setNice(prepared, nice, own);
  setLimits(prepared, changedLimits(limits, own, prepared.refused), own, shell);
  return prepared;
}

function changedLimits(wanted: Limits, own: Privileges, refused: Message[]): Change[] {
  return limitNames.flatMap((name): Change[] => {
    const [limit, current] = [wanted[name], own.limits[name]];
    if (limit === undefined || current === undefined) return [];
    const hard = own.raisesLimits ? limit.hard : lower(limit.hard, current.hard);
    if (hard !== limit.hard) refused.push(notRaised(name, limit.hard, hard));
    const soft = lower(limit.soft, hard);
    return soft === current.soft && hard === current.hard ? [] : [[name, { soft, hard }]];
  });
}

function notRaised(limit: LimitName, wanted: number | null, actual: number | null): Message {
  return timelineMessage('timeline.limitNotRaised', { limit, wanted: amount(wanted), actual: amount(actual) });
}

function setLimits(prepared: Preparation, changes: Change[], { prlimit, limits }: Privileges, shell: boolean): void {
  const lines = changes.flatMap(([name, limit]) => ulimitLine(name, limit, limits[name]) ?? []);
  if (changes.length === 0) return;
  if (shell && (lines.length === changes.length || prlimit === null)) prepared.lines = lines.sort(nofileLast);
  else if (prlimit !== null) {
    prepared.prefix.push(
      prlimit,
      ...changes.map(([name, { soft, hard }]) => `--${name}=${amount(soft)}:${amount(hard)}`),
    );
    return;
  }
  for (const [name, limit] of changes) {
    if (shell && ulimitLine(name, limit, limits[name]) !== null) continue;
    prepared.refused.push(timelineMessage('timeline.limitNotSet', { limit: name }));
  }
}

/** Null if not every shell can set it. */
function ulimitLine(name: LimitName, { soft, hard }: ResourceLimit, current: ResourceLimit | undefined): string | null {
  const { letter, unit } = builtIn[name] ?? {};
  if (letter === undefined || unit === undefined) return null;
  const values = [soft, hard].map((value) => (value === null ? 'unlimited' : value / unit));
  if (values.some((value) => typeof value === 'number' && !Number.isInteger(value))) return null;
  const [s, h] = [`ulimit -S -${letter} ${values[0]}`, `ulimit -H -${letter} ${values[1]}`];
  // The soft limit can't exceed the hard one in between.
  return lower(hard, current?.hard ?? null) === hard ? `${s}; ${h}` : `${h}; ${s}`;
}

function nofileLast(a: string, b: string): number {
  return Number(a.includes(' -n ')) - Number(b.includes(' -n '));
}

function setNice(prepared: Preparation, wanted: number, { nice, lowestNice, niceProgram }: Privileges): void {
  const actual = Math.max(wanted, Math.min(nice, lowestNice));
  if (actual !== wanted) prepared.refused.push(timelineMessage('timeline.niceNotLowered', { wanted, actual }));
  if (actual === nice) return;
  if (niceProgram === null) prepared.refused.push(timelineMessage('timeline.niceNotSet'));
  else prepared.prefix.push(niceProgram, '-n', String(actual - nice));
}

function amount(value: number | null): string {
  return value === null ? 'unlimited' : String(value);
}
