/** Removes finished jobs that are no longer kept: when the daemon starts, once a day, when settings change, and on request. */
import type { JobStatus } from '../../../shared/job.ts';
import { listProblem } from '../../../shared/messages/lists.ts';
import type { CleanReply, CleanRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import { jobStatuses } from '../../../shared/vocabulary.ts';
import type { Clock } from '../../clock.ts';
import { parseTime } from '../../store/queries/filter.ts';
import type { Store } from '../../store/store.ts';
import type { Outdated } from '../../store/tables/retention.ts';
import type { LogFiles, RetentionCommands, RetentionSettings } from '../ports.ts';
import type { Writer } from '../writer.ts';
import type { Removals } from './removals.ts';

const day = 86_400_000;
/** How long changed settings wait before they remove jobs, so that a number can be typed or a mistake be corrected. */
const settleMs = 60_000;
/** How long the IDs of removed remote jobs are kept: longer than engines are asked about past jobs. */
const keptIds = 32 * day;

export interface RetentionDeps {
  store: Store;
  removals: Removals;
  writer: Writer;
  clock: Clock;
  settings: RetentionSettings;
  logs: Pick<LogFiles, 'all'>;
  onProblem(error: unknown, about: string): void;
}

export class Retention implements RetentionCommands {
  readonly #deps: RetentionDeps;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** Applies the settings now and once a day; without any, nothing is removed until they change. */
  async start(): Promise<void> {
    const { settings, clock, writer, onProblem } = this.#deps;
    if (this.#closed || Object.values(settings).every((limit) => limit === 0)) return;
    this.#cancelTimer = clock.after(day, () => void this.start());
    try {
      await this.clean({});
      await writer.write((tx) => tx.forgetRemoteIds(clock.now() - keptIds));
    } catch (error) {
      // A full disk, for example; the next day tries again.
      if (!this.#closed) onProblem(error, 'removing jobs that are no longer kept');
    }
  }

  /** Applies changed settings, in a minute. */
  settingsChanged(): void {
    this.#cancelTimer?.();
    if (!this.#closed) this.#cancelTimer = this.#deps.clock.after(settleMs, () => void this.start());
  }

  /**
   * Removes all finished jobs, or those of these statuses. Returns how many.
   * @throws JobdeckError INVALID_REQUEST for a status of active jobs
   */
  async clear(statuses: JobStatus[] = jobStatuses.filter(isTerminal)): Promise<number> {
    const active = statuses.find((status) => !isTerminal(status));
    if (active) throw listProblem('INVALID_REQUEST/clearActive', { status: active });
    return this.#deps.removals.removeFinished(statuses);
  }

  /**
   * Removes the jobs that a request selects, with their logs; without `olderThan` and `keep`, those beyond the
   * settings. With `dryRun` it only counts them.
   * @throws JobdeckError INVALID_REQUEST
   */
  async clean({ olderThan, keep, dryRun = false }: CleanRequest): Promise<CleanReply> {
    const { removals, store } = this.#deps;
    const outdated =
      olderThan === undefined && keep === undefined ? this.#bySettings() : this.#byRequest(olderThan, keep);
    const bySettings = olderThan === undefined && keep === undefined;
    if (dryRun) {
      const beyond = bySettings ? await this.#beyondLogBytes() : [];
      // Both are prefixes of the same order.
      return {
        removed: Math.max(
          beyond.length,
          store.read((rows) => rows.retention.countOutdated(outdated)),
        ),
        dryRun,
      };
    }
    const removed = await removals.removeOutdated(outdated, () => this.#closed);
    return { removed: removed + (bySettings ? await this.cleanLogs() : 0), dryRun };
  }

  /** Removes the oldest finished jobs whose logs exceed the total size. Returns how many. */
  async cleanLogs(): Promise<number> {
    const ids = await this.#beyondLogBytes();
    return this.#deps.removals.removeAll(ids, () => this.#closed);
  }

  /** The finished jobs to remove so that the logs of the others fit, oldest first. */
  async #beyondLogBytes(): Promise<string[]> {
    const { settings, logs, store } = this.#deps;
    if (settings.logBytes === 0) return [];
    const bytes = new Map<string, number>();
    for (const log of await logs.all()) bytes.set(log.jobId, (bytes.get(log.jobId) ?? 0) + log.bytes);
    const finished = store.read((rows) => rows.retention.inOrderOfEnd([...bytes.keys()]));
    let left = finished.reduce((sum, id) => sum + (bytes.get(id) ?? 0), 0) - settings.logBytes;
    return finished.filter((id) => {
      const isBeyond = left > 0;
      left -= bytes.get(id) ?? 0;
      return isBeyond;
    });
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

  #byRequest(olderThan: string | undefined, keep: number | undefined): Outdated {
    const before = olderThan === undefined ? null : parseTime('olderThan', olderThan, this.#deps.clock.now()).from;
    return { before, keep: keep ?? null };
  }
}
