/** What running jobs use now, and the most they ever used. */
import type { Resources } from '../../../../shared/job.ts';
import { type Clock, wait } from '../../../clock.ts';
import { type Use, usesOf } from './processUsage.ts';

/** Peaks are looked for often when a job is young, then seldom; with no job there is no timer. */
const firstLookMs = 1_000;
const longestLookMs = 16_000;
/** A share of the processors is told of at least this time, and of at most that. */
const leastSpanMs = 300;
const longestSpanMs = 30_000;

interface Reading {
  at: number;
  cpuMs: number;
}

interface Watched {
  peakBytes: number;
  last: Reading | null;
}

export interface ResourceWatchDeps {
  clock: Clock;
  onProblem(error: unknown, about: string): void;
  uses?: typeof usesOf;
}

export class ResourceWatch {
  readonly #clock: Clock;
  readonly #onProblem: ResourceWatchDeps['onProblem'];
  readonly #uses: typeof usesOf;
  readonly #watched = new Map<number, Watched>();
  #pause = firstLookMs;
  #stopTimer: (() => void) | null = null;
  #closed = false;

  constructor({ clock, onProblem, uses = usesOf }: ResourceWatchDeps) {
    this.#clock = clock;
    this.#onProblem = onProblem;
    this.#uses = uses;
  }

  /** Watches a job by its supervisor's pid. */
  add(job: number): void {
    if (this.#closed) return;
    this.#watched.set(job, { peakBytes: 0, last: null });
    this.#pause = firstLookMs;
    this.#stop();
    this.#later();
  }

  /** Ends watching a job. Returns the most memory it was seen with, in bytes; null when it was not seen. */
  remove(job: number): number | null {
    const peak = this.#watched.get(job)?.peakBytes ?? 0;
    this.#watched.delete(job);
    if (this.#watched.size === 0) this.#stop();
    return peak > 0 ? peak : null;
  }

  /** What a job uses now; null when it is not watched or nothing of it can be seen. Takes a moment the first time. */
  async look(job: number): Promise<Resources | null> {
    const watched = this.#watched.get(job);
    if (!watched) return null;
    const now = this.#clock.now();
    const before = watched.last;
    const span = before === null ? 0 : now - before.at;
    if (before === null || span < leastSpanMs || span > longestSpanMs) {
      const first = span >= 0 && span < leastSpanMs && before ? before : await this.#read(job, watched);
      if (first === null) return null;
      await wait(leastSpanMs, this.#clock);
      return this.#between(job, watched, first);
    }
    return this.#between(job, watched, before);
  }

  /** Looks for no more peaks. */
  close(): void {
    this.#watched.clear();
    this.#stop();
    this.#closed = true;
  }

  async #between(job: number, watched: Watched, before: Reading): Promise<Resources | null> {
    const use = await this.#useOf(job, watched);
    if (use === null) return null;
    const span = Math.max(1, (watched.last?.at ?? 0) - before.at);
    return {
      cpuPercent: Math.round((Math.max(0, use.cpuMs - before.cpuMs) / span) * 1000) / 10,
      memoryBytes: use.memoryBytes,
      peakMemoryBytes: watched.peakBytes,
      processes: use.processes,
    };
  }

  async #read(job: number, watched: Watched): Promise<Reading | null> {
    return (await this.#useOf(job, watched)) && watched.last;
  }

  async #useOf(job: number, watched: Watched): Promise<Use | null> {
    const use = (await this.#uses(new Set([job]))).get(job) ?? null;
    if (use) watched.last = { at: this.#clock.now(), cpuMs: use.cpuMs };
    if (use) note(watched, use);
    return use;
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #later(): void {
    this.#stopTimer = this.#clock.after(this.#pause, () => void this.#lookAtAll());
    this.#pause = Math.min(this.#pause * 2, longestLookMs);
  }

  async #lookAtAll(): Promise<void> {
    this.#later();
    try {
      for (const [job, use] of await this.#uses(new Set(this.#watched.keys()))) {
        const watched = this.#watched.get(job);
        if (watched) note(watched, use);
      }
    } catch (error) {
      this.#onProblem(error, 'looking what jobs use');
    }
  }
}

/** Between two looks one process may have had more than all have together at either. */
function note(watched: Watched, { memoryBytes, largestBytes }: Use): void {
  watched.peakBytes = Math.max(watched.peakBytes, memoryBytes, largestBytes);
}
