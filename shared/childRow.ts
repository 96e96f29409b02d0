/** The jobs of a group as its page shows them: a part of each job, because there can be thousands. */
import type { Job, JobError } from './job.ts';

export interface ChildRow
  extends Pick<
    Job,
    | 'id'
    | 'title'
    | 'status'
    | 'cancelRequestedAt'
    | 'pausedAt'
    | 'children'
    | 'progress'
    | 'attempt'
    | 'createdAt'
    | 'queuedAt'
    | 'startedAt'
    | 'endedAt'
    | 'rev'
  > {
  /** Without details. */
  error: Omit<JobError, 'details'> | null;
}

/** Some of a group's jobs, oldest first. */
export interface ChildrenMessage {
  type: 'children';
  /** Whether these rows replace all earlier ones. */
  reset: boolean;
  rows: ChildRow[];
  /** IDs of removed jobs. */
  removed: string[];
  /** Whether all jobs of the group have been sent. */
  complete: boolean;
}

export function childRow(job: Job): ChildRow {
  const { id, title, status, cancelRequestedAt, pausedAt, children, progress, attempt, rev } = job;
  const { createdAt, queuedAt, startedAt, endedAt } = job;
  let error: ChildRow['error'] = null;
  if (job.error !== null) {
    const { details: _, ...rest } = job.error;
    error = rest;
  }
  return {
    ...{ id, title, status, cancelRequestedAt, pausedAt, children, progress, error, attempt, rev },
    ...{ createdAt, queuedAt, startedAt, endedAt },
  };
}

/** The known rows of a group, in the order in which they were added. */
export class ChildRows {
  readonly #rows = new Map<string, ChildRow>();
  #complete = false;

  get rows(): ChildRow[] {
    return [...this.#rows.values()];
  }

  /** Whether these are all jobs of the group. */
  get complete(): boolean {
    return this.#complete;
  }

  get(id: string): ChildRow | undefined {
    return this.#rows.get(id);
  }

  apply({ reset, rows, removed, complete }: Omit<ChildrenMessage, 'type'>): void {
    if (reset) this.#rows.clear();
    for (const row of rows) {
      const known = this.#rows.get(row.id);
      if (known === undefined || known.rev < row.rev) this.#rows.set(row.id, row);
    }
    for (const id of removed) this.#rows.delete(id);
    this.#complete = complete;
  }
}
