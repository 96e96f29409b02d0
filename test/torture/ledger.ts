/** Records what the daemon has acknowledged, and what excuses a job from its planned outcome. */
import type { PlannedJob } from './kinds.ts';

/** What its client knows about a planned job. */
export interface Entry {
  planned: PlannedJob;
  /** The job's ID after its submission was acknowledged. */
  id: string | null;
  /** Acknowledged follow-up actions. */
  acknowledged: Set<string>;
  /** Highest attempt number of an acknowledged retry. */
  promisedAttempts: number;
  /** The submission was sent. */
  sent: boolean;
  /** It was active while the disk failed, so it may not have started, and output may be missing. */
  metBadDisk: boolean;
}

export class Ledger {
  readonly entries = new Map<string, Entry>();
  readonly reported = new Map<string, { rows: number; id: string | null; code: number | null; metBadDisk: boolean }>();
  /** Acknowledged backfills with their acknowledged follow-up action. */
  readonly backfills = new Map<
    string,
    { id: string; jobs: number; afterwards: 'cancel' | 'retry' | null; metBadDisk: boolean }
  >();
  /** IDs of jobs that the driver has killed entirely or in part. */
  readonly killed = new Set<string>();
  /**
   * Jobs that lost a process while their supervisor may still have been alive. Their remaining processes are orphans.
   */
  readonly orphaned = new Set<string>();
  schedule: { name: string; acknowledged: boolean } | null = null;
  /** How often requests had to be repeated, by error code. */
  readonly repeated = new Map<string, number>();

  add(planned: PlannedJob): Entry {
    const entry: Entry = {
      planned,
      id: null,
      acknowledged: new Set<string>(),
      promisedAttempts: 0,
      sent: false,
      metBadDisk: false,
    };
    this.entries.set(planned.label, entry);
    return entry;
  }

  /**
   * Marks the jobs affected by a disk that fails from now on. `isOver` identifies jobs that can't be affected any more.
   * Returns a function to call when the disk works again, which marks the jobs added in the meantime.
   */
  diskFails(isOver: (id: string) => boolean): () => void {
    const all = () => [...this.entries.values(), ...this.reported.values(), ...this.backfills.values()];
    const finished = new Set(all().filter(({ id }) => id !== null && isOver(id)));
    const note = () => {
      for (const one of all()) if (!finished.has(one) && (!('sent' in one) || one.sent)) one.metBadDisk = true;
    };
    note();
    return note;
  }
}
