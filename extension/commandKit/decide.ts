/**
 * Decides which jobs a command without a target applies to, in one place for all commands: those the user is looking at, the
 * only possible ones, or those to be asked for.
 */
import type { Target } from './targets.ts';

/** What the user is looking at. */
export interface Attention {
  /** The job whose page or log is the active editor. */
  readonly front: Target | null;
  /** The selected rows of the Jobs view, if it is visible. */
  readonly selected: readonly string[];
  /** Whether the rows were selected after the page or log came to the front. */
  readonly selectedLast: boolean;
}

export type Decision =
  | { readonly kind: 'act'; readonly targets: readonly Target[] }
  /** `first` are the jobs that the user is looking at. */
  | { readonly kind: 'ask'; readonly first: readonly string[] };

/** `applies` is whether the command applies to a job; `fitting` are all known jobs it applies to. */
export function decide(
  { front, selected, selectedLast }: Attention,
  applies: (jobId: string) => boolean,
  fitting: readonly string[],
): Decision {
  if (front === null && selected.length === 0) {
    return fitting.length === 1 ? act(fitting.map(latest)) : { kind: 'ask', first: [] };
  }
  const frontFits = front !== null && applies(front.jobId);
  const rows = selected.filter(applies);
  const others = rows.length === 1 && rows[0] === front?.jobId ? [] : rows;
  // With a page and another row in view, nobody can tell which one is meant, unless the command applies to one of them only.
  if (frontFits && selectedLast && others.length === 1) return { kind: 'ask', first: [...others, front.jobId] };
  if (others.length > 0 && (front === null || selectedLast)) return act(others.map(latest));
  if (frontFits) return act([front]);
  // Never another job instead of the one the user is looking at, not even if it is the only one.
  return { kind: 'ask', first: rows };
}

function latest(jobId: string): Target {
  return { jobId, attempt: null };
}

function act(targets: readonly Target[]): Decision {
  return { kind: 'act', targets };
}
