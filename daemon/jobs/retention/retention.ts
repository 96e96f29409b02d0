/** Removes finished jobs that are no longer kept: when the daemon starts, once a day, and on request. */
import { JobdeckError } from '../../../shared/errors.ts';
import { JobStatus } from '../../../shared/job.ts';
import type { CleanReply, CleanRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import { parseWhen, whenForms } from '../../../shared/when.ts';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import type { Outdated } from '../../store/tables/retention.ts';
import type { RetentionCommands, RetentionSettings } from '../ports.ts';
import type { Writer } from '../writer.ts';
import type { Removals } from './removals.ts';

const day = 86_400_000;
/** Of removed jobs that ran elsewhere: longer than an engine is asked for what was before. */
const keptIds = 32 * day;

export interface RetentionDeps {
  store: Store;
  removals: Removals;
  writer: Writer;
  clock: Clock;
  settings: RetentionSettings;
  onProblem(error: unknown, about: string): void;
}

export class Retention implements RetentionCommands {
  readonly #deps: RetentionDeps;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** Applies the settings now and once a day; without any, no timer runs. */
  async start(): Promise<void> {
    const { settings, clock, writer, onProblem } = this.#deps;
    if (this.#closed || (settings.days === 0 && settings.jobs === 0)) return;
    this.#cancelTimer = clock.after(day, () => void this.start());
    try {
      await this.clean({});
      await writer.write((tx) => tx.forgetRemoteIds(clock.now() - keptIds));
    } catch (error) {
      // A full disk, for example; the next day tries again.
      if (!this.#closed) onProblem(error, 'removing jobs that are no longer kept');
    }
  }

  /**
   * Removes all finished jobs, or those of these statuses. Returns how many.
   * @throws JobdeckError INVALID_REQUEST for a status of jobs that have not ended
   */
  async clear(statuses: JobStatus[] = JobStatus.enum.filter(isTerminal)): Promise<number> {
    const active = statuses.find((status) => !isTerminal(status));
    if (active) {
      throw new JobdeckError('INVALID_REQUEST', `Jobs that are ${active} cannot be cleared.`, 'Cancel them first.');
    }
    return this.#deps.removals.removeFinished(statuses);
  }

  /**
   * Removes the jobs a request names, with their logs; with neither `olderThan` nor `keep`, those beyond the settings.
   * With `dryRun` it only counts them.
   * @throws JobdeckError INVALID_REQUEST
   */
  async clean({ olderThan, keep, dryRun = false }: CleanRequest): Promise<CleanReply> {
    const { removals, store } = this.#deps;
    const outdated = olderThan === undefined && keep === undefined ? this.#bySettings() : this.#asked(olderThan, keep);
    if (dryRun) return { removed: store.read((rows) => rows.retention.countOutdated(outdated)), dryRun };
    return { removed: await removals.removeOutdated(outdated, () => this.#closed), dryRun };
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
  }

  #bySettings(): Outdated {
    const { days, jobs } = this.#deps.settings;
    return {
      before: days === 0 ? null : this.#deps.clock.now() - days * day,
      keep: jobs === 0 ? null : jobs,
    };
  }

  #asked(olderThan: string | undefined, keep: number | undefined): Outdated {
    const when = olderThan === undefined ? null : parseWhen(olderThan, this.#deps.clock.now());
    if (olderThan !== undefined && when === null) {
      throw new JobdeckError('INVALID_REQUEST', `“olderThan” is no time: "${olderThan}".`, `Use ${whenForms}.`);
    }
    return { before: when?.from ?? null, keep: keep ?? null };
  }
}
