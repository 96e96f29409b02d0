/** Nodes of the jobs tree. */
import { isMore } from './older/olderSections.ts';

export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
}
export interface JobNode {
  readonly kind: 'job';
  readonly id: string;
}
/** A row that loads more of the history. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
}
export type TreeNode = GroupNode | JobNode | MoreNode;

/** One object per row while it is shown: the editor identifies rows by object identity. */
export class TreeNodes {
  readonly #groups = new Map<string, GroupNode>();
  readonly #jobs = new Map<string, JobNode>();
  readonly #more = new Map<string, MoreNode>();

  group(id: string): GroupNode {
    return known(this.#groups, id, () => ({ kind: 'group', id }));
  }

  job(id: string): JobNode {
    return known(this.#jobs, id, () => ({ kind: 'job', id }));
  }

  more(id: string): MoreNode {
    return known(this.#more, id, () => ({ kind: 'more', id }));
  }

  /** A node at the top level. */
  top(key: string): GroupNode | MoreNode {
    return isMore(key) ? this.more(key) : this.group(key);
  }

  /** A node below a group or a job. */
  below(id: string): JobNode | MoreNode {
    return isMore(id) ? this.more(id) : this.job(id);
  }

  /** IDs of the rows that load more. */
  get moreIds(): Iterable<string> {
    return this.#more.keys();
  }

  /** Forgets jobs that no longer exist and returns their IDs. */
  forgetJobs(exists: (id: string) => boolean): string[] {
    const gone = [...this.#jobs.keys()].filter((id) => !exists(id));
    for (const id of gone) this.#jobs.delete(id);
    return gone;
  }
}

function known<T>(nodes: Map<string, T>, id: string, make: () => T): T {
  const before = nodes.get(id);
  if (before !== undefined) return before;
  const node = make();
  nodes.set(id, node);
  return node;
}
