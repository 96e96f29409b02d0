/** Warns when the disk runs low while jobs are running, and cuts the log that fills it before everything stops. */
import { statfsSync } from 'node:fs';
import { daemonWarning } from '../../shared/messages/daemonWarnings.ts';
import type { Clock } from '../clock.ts';
import type { WarningSink } from '../jobs/writer.ts';
import { type CutReason, cutLog } from '../logs/cut.ts';
import { diskBytes } from './logSizes.ts';

export interface DiskSettings {
  /** Free bytes below which the user is warned; null for the smaller of 2 GB and 5% of the disk; 0 for never. */
  warnBytes: number | null;
  /** Free bytes below which the largest log of a running job is cut; null for a quarter of the above; 0 for never. */
  cutBytes: number | null;
  /** The most that the log of an attempt may take; 0 for any size. */
  attemptLogBytes: number;
}

/** A running attempt with a log. */
export interface WatchedLog {
  jobId: string;
  attempt: number;
  title: string;
  path: string;
}

export interface DiskWatchDeps {
  folder: string;
  settings: DiskSettings;
  clock: Clock;
  warnings: WarningSink;
  /** The local attempts that are running. */
  running(): WatchedLog[];
  /** Calls back after commits of more than progress; returns the function to unsubscribe. */
  onJobsChanged(listener: () => void): () => void;
  /** Records in the timeline that a log was cut. */
  noteCut(log: WatchedLog, bytes: number, reason: CutReason): Promise<void>;
  /** Removes finished jobs whose logs exceed their limit. */
  clean(): Promise<void>;
  onProblem(error: unknown, about: string): void;
  /** The disk of a folder; replaced in tests. */
  space?: (folder: string) => DiskSpace;
}

export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

const gigabyte = 1024 ** 3;
/** Milliseconds between two checks: fewer, the sooner the disk would be full. */
const interval = { shortest: 500, longest: 10_000 };
/** Milliseconds between two cleanups while jobs are running. */
const cleanInterval = 600_000;
/** What stays of a log that is cut because the disk is full, at most. */
const kept = { head: 1024 ** 2, tail: 16 * 1024 ** 2 };

export class DiskWatch {
  readonly #deps: DiskWatchDeps;
  readonly #unsubscribe: () => void;
  #cancelTimer: (() => void) | null = null;
  #last: { at: number; freeBytes: number } | null = null;
  #sizes = new Map<string, number>();
  #cleanedAt = 0;
  #warned: string | null = null;
  #cannotCut: string | null = null;
  #closed = false;

  constructor(deps: DiskWatchDeps) {
    this.#deps = deps;
    this.#cleanedAt = deps.clock.now();
    this.#unsubscribe = deps.onJobsChanged(() => this.start());
  }

  /** Begins to check, unless nothing is running. Safe to call often. */
  start(): void {
    if (this.#closed || this.#cancelTimer !== null) return;
    if (this.#deps.running().length > 0 || this.#warned !== null) this.#schedule(interval.shortest * 2);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Checks now. */
  async check(): Promise<void> {
    const { clock, running, settings } = this.#deps;
    const logs = running();
    const { freeBytes, totalBytes } = (this.#deps.space ?? diskSpace)(this.#deps.folder);
    const now = clock.now();
    const warnBytes = settings.warnBytes ?? Math.min(2 * gigabyte, totalBytes / 20);
    const cutBytes = settings.cutBytes ?? warnBytes / 4;
    const isLow = freeBytes < warnBytes;
    if (settings.attemptLogBytes > 0) await this.#applyLimit(logs);
    if (isLow || this.#isDue(now)) {
      this.#cleanedAt = now;
      await this.#deps.clean();
    }
    if (!isLow) this.#clear();
    else {
      const sizes = measured(logs);
      this.#warn(freeBytes, sizes);
      if (freeBytes < cutBytes) await this.#cutLargest(sizes);
    }
    const rate = this.#last === null ? 0 : (this.#last.freeBytes - freeBytes) / Math.max(1, now - this.#last.at);
    this.#last = { at: now, freeBytes };
    // At the present rate, the next check is halfway to the next limit.
    const left = isLow ? Math.max(0, freeBytes - cutBytes) : freeBytes - warnBytes;
    const delay = rate > 0 ? left / rate / 2 : interval.longest;
    if (logs.length > 0) this.#schedule(Math.min(interval.longest, Math.max(interval.shortest, delay)));
  }

  #isDue(now: number): boolean {
    return now - this.#cleanedAt >= cleanInterval || now < this.#cleanedAt;
  }

  #schedule(delay: number): void {
    if (this.#closed || this.#cancelTimer !== null) return;
    this.#cancelTimer = this.#deps.clock.after(delay, () => {
      this.#cancelTimer = null;
      this.check().catch((error: unknown) => {
        this.#deps.onProblem(error, 'checking the free space of the disk');
        this.#schedule(interval.longest);
      });
    });
  }

  async #applyLimit(logs: readonly WatchedLog[]): Promise<void> {
    const limit = this.#deps.settings.attemptLogBytes;
    for (const { log, bytes } of measured(logs)) {
      if (bytes > limit)
        await this.#cut(log, { head: Math.min(kept.head, limit / 8), tail: limit / 2, reason: 'limit' });
    }
  }

  async #cutLargest(sizes: Measured[]): Promise<void> {
    const [largest] = sizes.sort((one, other) => other.bytes - one.bytes);
    if (largest === undefined) return;
    const { log, bytes } = largest;
    const head = Math.min(kept.head, bytes / 8);
    const removed = await this.#cut(log, { head, tail: Math.min(kept.tail, bytes / 4), reason: 'diskFull' });
    if (removed === null) return;
    const { title, path } = log;
    this.#deps.warnings.set(daemonWarning.problem('LOG_CUT', { bytes: removed, title, path }));
  }

  async #cut(log: WatchedLog, how: Parameters<typeof cutLog>[1]): Promise<number | null> {
    try {
      const removed = await cutLog(log.path, how);
      if (removed !== null) await this.#deps.noteCut(log, removed, how.reason);
      return removed;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#cannotCut !== reason) this.#deps.onProblem(error, `cutting the log of job ${log.jobId}`);
      this.#cannotCut = reason;
      return null;
    }
  }

  /** Names the log that has grown most since the last check. The text changes only when that is news. */
  #warn(freeBytes: number, sizes: readonly Measured[]): void {
    const growth = ({ log, bytes }: Measured) => bytes - (this.#sizes.get(log.path) ?? 0);
    const [grown] = [...sizes].sort((one, other) => growth(other) - growth(one));
    this.#sizes = new Map(sizes.map(({ log, bytes }) => [log.path, bytes]));
    const news = `${grown?.log.path} ${Math.floor(Math.log2(freeBytes + 1))}`;
    if (news === this.#warned) return;
    this.#warned = news;
    const { folder, warnings } = this.#deps;
    warnings.set(
      grown === undefined
        ? daemonWarning.problem('DISK_LOW', { folder, free: freeBytes })
        : daemonWarning.problem('DISK_LOW/log', {
            ...{ folder, free: freeBytes, bytes: grown.bytes },
            ...{ title: grown.log.title, path: grown.log.path },
          }),
    );
  }

  #clear(): void {
    if (this.#warned === null) return;
    this.#warned = null;
    this.#sizes.clear();
    for (const code of ['DISK_LOW', 'LOG_CUT']) this.#deps.warnings.clear(code);
  }
}

interface Measured {
  log: WatchedLog;
  bytes: number;
}

function measured(logs: readonly WatchedLog[]): Measured[] {
  return logs.map((log) => ({ log, bytes: diskBytes(log.path) ?? 0 }));
}

/** The free and total bytes of a folder's disk. */
export function diskSpace(folder: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
