/** Records what the daemon has acknowledged, and what excuses a job from its planned outcome. */
import { sleepers, uniqueSeconds } from '../support/escapes.ts';
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
  /** Identifies its sleeping processes on this machine; see `ownDigits`. */
  digits: string;
}

/** The state when the database was damaged. Everything else that existed then may be missing afterwards. */
export interface Loss {
  /** The attempts that were running, or whose end the daemon may not have seen yet, by the ID of their job. */
  launched: ReadonlyMap<string, number>;
  /** IDs of all jobs that had run. */
  jobs: ReadonlySet<string>;
  /** Planned jobs whose submission was sent. */
  entries: ReadonlySet<Entry>;
  /** How many proofs had been written. */
  proofs: number;
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
  loss: Loss | null = null;
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
      digits: uniqueSeconds().slice('3600.'.length),
    };
    this.entries.set(planned.label, entry);
    return entry;
  }

  /** The database is damaged from now on, and the daemon is not running. */
  loses({ launched, jobs, proofs }: Pick<Loss, 'launched' | 'jobs' | 'proofs'>): void {
    const entries = new Set([...this.entries.values()].filter(({ sent }) => sent));
    this.loss = { launched, jobs, entries, proofs };
    for (const one of [...this.reported.values(), ...this.backfills.values()]) one.metBadDisk = true;
  }

  /** Whether a job may be missing because the database was damaged. */
  isLost(entry: Entry): boolean {
    return this.loss?.entries.has(entry) === true;
  }

  /**
   * Whether processes of a job may outlive its attempts: one of them was killed, the request to stop it was lost with
   * the database, or its client took it for lost and did not stop them, although its submission was repeated later.
   */
  mayLeaveProcesses(jobId: string): boolean {
    if (this.orphaned.has(jobId) || this.loss?.jobs.has(jobId) === true) return true;
    return [...(this.loss?.entries ?? [])].some(({ id }) => id === jobId);
  }

  /**
   * Marks the jobs affected by a disk that fails from now on. `isOver` identifies jobs that can't be affected any more.
   * Returns a function to call when the disk works again, which marks the jobs added in the meantime.
   */
  diskFails(isOver: (id: string) => boolean): () => void {
    const all = () => [...this.entries.values(), ...this.reported.values(), ...this.backfills.values()];
    // A removal that can't be saved yet is lost if the daemon is killed.
    const isRemoved = (one: object) => 'planned' in one && (one as Entry).planned.follow?.do === 'remove';
    // The jobs of a finished backfill may be retried while the disk fails.
    const mayGoOn = (one: object) => 'afterwards' in one || isRemoved(one);
    const finished = new Set(all().filter((one) => one.id !== null && isOver(one.id) && !mayGoOn(one)));
    const note = () => {
      for (const one of all()) if (!finished.has(one) && (!('sent' in one) || one.sent)) one.metBadDisk = true;
    };
    note();
    return note;
  }
}

/** The sleeping processes of a planned job. */
export function processesOf({ digits }: Entry): number[] {
  return sleepers(`3600.${digits}`);
}
