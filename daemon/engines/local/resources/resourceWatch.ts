/** Measures the current and peak resource usage of running jobs. */
import type { Resources } from '../../../../shared/job.ts';
import { type Clock, wait } from '../../../clock.ts';
import type { JobProcesses } from '../processes/processes.ts';
import type { Process } from '../processes/table.ts';
import { type Usage, usageOf } from './processUsage.ts';

/** Peaks are sampled often after a job starts, then less and less often. There is no timer without jobs. */
const firstIntervalMs = 1_000;
const longestIntervalMs = 16_000;
/** CPU usage is averaged over a time span between these two. */
const shortestSpanMs = 300;
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
  /** Finds the processes of a job. */
  look(job: JobProcesses): Promise<Process[]>;
  usageOf?: typeof usageOf;
}

export class ResourceWatch {
  readonly #clock: Clock;
  readonly #onProblem: ResourceWatchDeps['onProblem'];
  readonly #look: ResourceWatchDeps['look'];
  readonly #usage: typeof usageOf;
  readonly #watched = new Map<JobProcesses, Watched>();
  #interval = firstIntervalMs;
  #stopTimer: (() => void) | null = null;
  #closed = false;

  constructor(deps: ResourceWatchDeps) {
    this.#clock = deps.clock;
    this.#onProblem = deps.onProblem;
    this.#look = deps.look;
    this.#usage = deps.usageOf ?? usageOf;
  }

  /** Watches a job. Its processes are thereby known, even if one leaves everything that connects it with the job. */
  add(job: JobProcesses): void {
    if (this.#closed) return;
    this.#watched.set(job, { peakBytes: 0, last: null });
    this.#interval = firstIntervalMs;
    this.#stop();
    this.#schedule();
  }

  /** Stops watching a job. Returns its peak memory in bytes; null if it was never measured. */
  remove(job: JobProcesses): number | null {
    const peak = this.#watched.get(job)?.peakBytes ?? 0;
    this.#watched.delete(job);
    if (this.#watched.size === 0) this.#stop();
    return peak > 0 ? peak : null;
  }

  /** Measures a job's current usage. Null if it is not watched or has no visible processes. Takes 300 ms the first time. */
  async measure(job: JobProcesses): Promise<Resources | null> {
    const watched = this.#watched.get(job);
    if (!watched) return null;
    const now = this.#clock.now();
    const before = watched.last;
    const span = before === null ? 0 : now - before.at;
    if (before === null || span < shortestSpanMs || span > longestSpanMs) {
      const first = span >= 0 && span < shortestSpanMs && before ? before : await this.#takeReading(job, watched);
      if (first === null) return null;
      await wait(shortestSpanMs, this.#clock);
      return this.#measureSince(job, watched, first);
    }
    return this.#measureSince(job, watched, before);
  }

  close(): void {
    this.#watched.clear();
    this.#stop();
    this.#closed = true;
  }

  async #measureSince(job: JobProcesses, watched: Watched, before: Reading): Promise<Resources | null> {
    const usage = await this.#usageOf(job, watched);
    if (usage === null) return null;
    const span = Math.max(1, (watched.last?.at ?? 0) - before.at);
    return {
      cpuPercent: Math.round((Math.max(0, usage.cpuMs - before.cpuMs) / span) * 1000) / 10,
      memoryBytes: usage.memoryBytes,
      peakMemoryBytes: watched.peakBytes,
      processes: usage.processes,
    };
  }

  async #takeReading(job: JobProcesses, watched: Watched): Promise<Reading | null> {
    return (await this.#usageOf(job, watched)) && watched.last;
  }

  async #usageOf(job: JobProcesses, watched: Watched): Promise<Usage | null> {
    const usage = this.#usage(await this.#look(job));
    if (usage === null) return null;
    watched.last = { at: this.#clock.now(), cpuMs: usage.cpuMs };
    updatePeak(watched, usage);
    return usage;
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #schedule(): void {
    this.#stopTimer = this.#clock.after(this.#interval, () => void this.#samplePeaks());
    this.#interval = Math.min(this.#interval * 2, longestIntervalMs);
  }

  async #samplePeaks(): Promise<void> {
    this.#schedule();
    try {
      const samples = [...this.#watched].map(async ([job, watched]) => {
        const usage = this.#usage(await this.#look(job));
        if (usage !== null) updatePeak(watched, usage);
      });
      await Promise.all(samples);
    } catch (error) {
      this.#onProblem(error, 'measuring the resource usage of jobs');
    }
  }
}

/** A single process's own peak may exceed the total at any sample. */
function updatePeak(watched: Watched, { memoryBytes, largestBytes }: Usage): void {
  watched.peakBytes = Math.max(watched.peakBytes, memoryBytes, largestBytes);
}
