/** Starts and ends of jobs as recorded by the jobs themselves. */

/** A line `S` (started), `E` (ended) or `B` (started while processes of an earlier attempt were alive). */
export interface Proof {
  word: 'S' | 'E' | 'B';
  label: string;
  jobId: string;
  attempt: number;
  /** The scheduled time of the run; `-` for other jobs. */
  scheduledFor: string;
}

export function parseProofs(text: string): Proof[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [word, label = '', jobId = '', attempt, scheduledFor = ''] = line.split(' ');
      if ((word !== 'S' && word !== 'E' && word !== 'B') || scheduledFor === '')
        throw new Error(`Invalid proof: ${line}`);
      return { word, label, jobId, attempt: Number(attempt), scheduledFor };
    });
}

/**
 * Violations visible in the proofs alone. `single`: labels of jobs that may exist only once; `mayLeave`: whether processes
 * of this job may outlive an attempt; `mayRepeatFrom`: the number of proofs after which a schedule may run again for times
 * for which it ran before, but only once.
 */
export function judgeProofs(
  proofs: readonly Proof[],
  single: ReadonlySet<string>,
  {
    mayLeave = () => false,
    mayRepeatFrom = null,
  }: { mayLeave?: (jobId: string) => boolean; mayRepeatFrom?: number | null } = {},
): string[] {
  const starts = proofs.filter(({ word }) => word === 'S');
  const wrong: string[] = [];
  for (const { word, label, jobId, attempt } of proofs) {
    if (word === 'B' && !mayLeave(jobId))
      wrong.push(`It ran beside processes of an earlier attempt: attempt ${attempt} of job ${jobId} (${label}).`);
  }
  for (const [what, times] of countBy(starts, ({ jobId, attempt }) => `attempt ${attempt} of job ${jobId}`)) {
    if (times > 1) wrong.push(`It ran ${times} times: ${what}.`);
  }
  const parts = mayRepeatFrom === null ? [proofs] : [proofs.slice(0, mayRepeatFrom), proofs.slice(mayRepeatFrom)];
  for (const part of parts) {
    const runs = part.filter(({ word, scheduledFor }) => word === 'S' && scheduledFor !== '-');
    for (const [what, times] of countBy(runs, ({ label, scheduledFor }) => `${label} for ${scheduledFor}`)) {
      if (times > 1) wrong.push(`The schedule ran ${times} times: ${what}.`);
    }
  }
  const jobsOf = new Map<string, Set<string>>();
  for (const { label, jobId } of starts) jobsOf.set(label, (jobsOf.get(label) ?? new Set()).add(jobId));
  for (const [label, ids] of jobsOf) {
    if (single.has(label) && ids.size > 1) wrong.push(`${label} was submitted once and ran as ${[...ids].join(', ')}.`);
  }
  return wrong;
}

/** Overlaps of jobs that must run one at a time: one started while another, which ended later, was running. */
export function overlaps(proofs: readonly Proof[], labels: ReadonlySet<string>): string[] {
  const own = proofs.filter(({ label, word }) => labels.has(label) && word !== 'B');
  const name = ({ jobId, attempt }: Proof) => `${jobId}.${attempt}`;
  const ended = new Set(own.filter(({ word }) => word === 'E').map(name));
  const open = new Set<string>();
  const wrong: string[] = [];
  for (const proof of own) {
    if (proof.word === 'E') open.delete(name(proof));
    else {
      if (open.size > 0)
        wrong.push(`${name(proof)} started while ${[...open].join(', ')} was running with a concurrency of one.`);
      if (ended.has(name(proof))) open.add(name(proof));
    }
  }
  return wrong;
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
