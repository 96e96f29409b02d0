/** Watches the output of running local jobs for progress, at bounded cost: reads rarely, and only the latest output. */
import { FileRefused } from '../../shared/files/fileRefused.ts';
import { openFile } from '../../shared/files/regularFile.ts';
import type { OutputProgress, Progress } from '../../shared/job.ts';
import { progressMessage } from '../../shared/messages/progress.ts';
import type { Clock } from '../clock.ts';
import type { AttemptRef, ProgressReports } from '../engines/engine.ts';
import { OutputReader } from './outputReader.ts';

/** Milliseconds between two reads of a job's output. The longer a job writes nothing, the longer the interval. */
const intervals = { shortest: 500, longest: 4_000 };
/** Maximum number of new bytes to read at once. Older ones are skipped. */
const maxReadBytes = 16_384;
/** Maximum number of jobs to read in one round. Rounds are at least the shortest interval apart. */
const jobsPerRound = 32;

interface Watched {
  ref: AttemptRef;
  path: string;
  reader: OutputReader;
  /** Bytes that were read or skipped. */
  offset: number;
  interval: number;
  dueAt: number;
  reported: Progress | null;
  /** The queue of reads and reports. */
  busy: Promise<void>;
  /** No further progress is wanted. */
  stopped: boolean;
}

export interface OutputWatchDeps {
  reports: ProgressReports;
  clock: Clock;
  onProblem(error: unknown, about: string): void;
}

export class OutputProgressWatch {
  readonly #deps: OutputWatchDeps;
  readonly #watched = new Map<string, Watched>();
  #timer: { at: number; stop: () => void } | null = null;
  /** Earliest time of the next round. */
  #nextRoundAt = 0;
  readonly #rounds = new Set<Promise<void>>();
  #closed = false;

  constructor(deps: OutputWatchDeps) {
    this.#deps = deps;
  }

  /** Watches the log of an attempt, unless progress from the output is turned off for its job. */
  add(ref: AttemptRef, path: string, setting: OutputProgress): void {
    const key = keyOf(ref);
    if (setting === false || this.#closed || this.#watched.has(key)) return;
    const dueAt = this.#deps.clock.now() + intervals.shortest;
    this.#watched.set(key, {
      ref,
      path,
      reader: new OutputReader(setting),
      offset: 0,
      interval: intervals.shortest,
      dueAt,
      reported: null,
      busy: Promise.resolve(),
      stopped: false,
    });
    // Scheduling looks at all jobs.
    if (this.#timer === null || dueAt < this.#timer.at) this.#schedule();
  }

  /** Reads the rest of the output of an attempt that has ended, then stops watching it. */
  async finish(ref: AttemptRef, completed: boolean): Promise<void> {
    const watched = this.#watched.get(keyOf(ref));
    this.remove(ref);
    if (watched === undefined || watched.stopped || this.#closed) return;
    await this.#inTurn(watched, async () => {
      await this.#readNew(watched);
      watched.reader.settle();
      await this.#report(watched, completed ? completedProgress(watched.reader) : watched.reader.progress, true);
    });
  }

  /** Stops watching an attempt. */
  remove(ref: AttemptRef): void {
    this.#watched.delete(keyOf(ref));
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#watched.clear();
    this.#schedule();
  }

  /** Resolves when no read is in progress. */
  async idle(): Promise<void> {
    while (this.#rounds.size > 0) await Promise.all(this.#rounds);
  }

  /** Sets one timer for the next read that is due; none if nothing is watched. */
  #schedule(): void {
    const first = Math.min(...[...this.#watched.values()].map(({ dueAt }) => dueAt));
    const at = Math.max(first, this.#nextRoundAt);
    if (this.#timer?.at === at) return;
    this.#timer?.stop();
    this.#timer = null;
    if (this.#watched.size === 0) return;
    const { clock } = this.#deps;
    // A time further ahead was computed before the wall clock was set back.
    const delay = Math.min(intervals.longest, Math.max(0, at - clock.now()));
    this.#timer = { at, stop: clock.after(delay, () => this.#startRound()) };
  }

  #startRound(): void {
    const round = this.#round().finally(() => this.#rounds.delete(round));
    this.#rounds.add(round);
  }

  async #round(): Promise<void> {
    this.#timer = null;
    const now = this.#deps.clock.now();
    this.#nextRoundAt = now + intervals.shortest;
    const isDue = ({ dueAt }: Watched) => dueAt <= now || dueAt > now + intervals.longest;
    const due = [...this.#watched.values()].filter(isDue).sort((a, b) => a.dueAt - b.dueAt);
    // Scheduled before the reads, which may be slow.
    for (const watched of due.slice(0, jobsPerRound)) watched.dueAt = now + watched.interval;
    this.#schedule();
    for (const watched of due.slice(0, jobsPerRound)) await this.#inTurn(watched, () => this.#read(watched));
  }

  async #read(watched: Watched): Promise<void> {
    if (watched.stopped || this.#watched.get(keyOf(watched.ref)) !== watched) return;
    const grown = await this.#readNew(watched);
    watched.reader.settle(grown);
    watched.interval = grown ? intervals.shortest : Math.min(watched.interval * 2, intervals.longest);
    // When a job that was quiet for long writes again, the next read follows soon.
    if (grown) watched.dueAt = Math.min(watched.dueAt, this.#deps.clock.now() + intervals.shortest);
    await this.#report(watched, watched.reader.progress, false);
    if (watched.stopped) this.remove(watched.ref);
    else this.#schedule();
  }

  /** Reads the new output, or the end of it. Returns whether there is any. */
  async #readNew(watched: Watched): Promise<boolean> {
    const file = await openFile(watched.path, { own: true });
    try {
      const { size } = await file.stat();
      if (size === watched.offset) return false;
      // The file was truncated, so start again.
      if (size < watched.offset) watched.offset = 0;
      const from = Math.max(watched.offset, size - maxReadBytes);
      if (from > watched.offset) watched.reader.skip();
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size - from), 0, size - from, from);
      watched.reader.feed(buffer.subarray(0, bytesRead));
      watched.offset = size;
      return true;
    } finally {
      await file.close();
    }
  }

  async #report(watched: Watched, progress: Progress | null, last: boolean): Promise<void> {
    if (watched.reader.gaveUp) {
      watched.stopped = true;
      await this.#deps.reports.outputProgressOff(watched.ref, progressMessage('progress.patternTooSlow'));
    }
    if (!isWorthReporting(progress, watched.reported, last)) return;
    const answer = await this.#deps.reports.outputProgress(watched.ref, progress);
    if (answer === 'taken') watched.reported = progress;
    if (answer === 'unwanted') watched.stopped = true;
  }

  /** Runs one action at a time per job. Logs errors and continues to watch the job. */
  #inTurn(watched: Watched, act: () => Promise<void>): Promise<void> {
    watched.busy = watched.busy.then(act).catch((error: unknown) => {
      if (error instanceof FileRefused) {
        this.remove(watched.ref);
        return;
      }
      // The log was removed or does not exist yet.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      this.#deps.onProblem(error, `reading the progress of job ${watched.ref.jobId} from its output`);
    });
    return watched.busy;
  }
}

const keyOf = ({ jobId, attempt, launch }: AttemptRef) => `${jobId}.${attempt}.${launch}`;

/** Whether the change is visible: at least one percent, or a different text. */
function isWorthReporting(now: Progress | null, before: Progress | null, last: boolean): boolean {
  if (now === null || before === null) return now !== before;
  if (now.message !== before.message || now.phase !== before.phase || now.total !== before.total) return true;
  if (last || now.total === null) return now.current !== before.current;
  const shareOf = ({ share, current, total }: Progress) => share ?? current / (total ?? 1);
  return Math.abs(now.current - before.current) / now.total >= 0.01 || Math.abs(shareOf(now) - shareOf(before)) >= 0.01;
}

/** The progress of a completed job. Programs often print their last progress before they finish the last bit of work. */
function completedProgress({ progress, isCount }: Pick<OutputReader, 'progress' | 'isCount'>): Progress | null {
  if (progress?.total == null) return progress;
  const { current, total, message, phase } = progress;
  // A percentage is completed to 100%. A count only if the last number is missing, as in programs that count from 0:
  // others would claim work that was skipped.
  const isLast = current >= total - 1 && current / total >= 0.9;
  return !isCount || isLast ? { current: total, total, message, phase } : progress;
}
