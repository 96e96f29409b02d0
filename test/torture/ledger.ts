/** What the daemon has acknowledged, and what excuses a job from ending as planned. */
import type { PlannedJob } from './kinds.ts';

/** What became of one planned job as its client knows it. */
export interface Entry {
  planned: PlannedJob;
  /** The job's id, once its submit was acknowledged. */
  id: string | null;
  /** Acknowledgements of what was done to it later. */
  acknowledged: Set<string>;
  /** Highest number of an attempt that an acknowledged retry has promised. */
  promisedAttempts: number;
  /** Its submit was sent. */
  sent: boolean;
  /** It was under way while the disk failed: what it wrote may be gone, and it may not have started. */
  metBadDisk: boolean;
}

export class Ledger {
  readonly entries = new Map<string, Entry>();
  readonly reported = new Map<string, { rows: number; id: string | null; code: number | null; metBadDisk: boolean }>();
  /** Acknowledged ones, with what was acknowledged of them later. */
  readonly backfills = new Map<
    string,
    { id: string; jobs: number; afterwards: 'cancel' | 'retry' | null; metBadDisk: boolean }
  >();
  /** Ids of jobs that the driver has killed, or processes of. */
  readonly killed = new Set<string>();
  /** Jobs of which a process was killed while its supervisor may have lived: what is left of them is nobody's to kill. */
  readonly maimed = new Set<string>();
  schedule: { name: string; acknowledged: boolean } | null = null;
  /** How often something had to be asked again, by the code of the error. */
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
   * The disk fails from now on. `isOver` tells of jobs to which nothing can happen any more. Returns what is to be called
   * when it works again, which counts those in that have come meanwhile.
   */
  diskFails(isOver: (id: string) => boolean): () => void {
    const all = () => [...this.entries.values(), ...this.reported.values(), ...this.backfills.values()];
    const over = new Set(all().filter(({ id }) => id !== null && isOver(id)));
    const note = () => {
      for (const one of all()) if (!over.has(one) && (!('sent' in one) || one.sent)) one.metBadDisk = true;
    };
    note();
    return note;
  }
}
