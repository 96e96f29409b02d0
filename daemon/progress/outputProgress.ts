/** Watches the output of running local jobs for progress, at bounded cost: few looks, and only at what came last. */
import { open, stat } from 'node:fs/promises';
import type { OutputProgress, Progress } from '../../shared/job.ts';
import { progressMessage } from '../../shared/messages/progress.ts';
import type { Clock } from '../clock.ts';
import type { AttemptRef, ProgressReports } from '../engines/engine.ts';
import { OutputReader } from './outputReader.ts';

/** Milliseconds between two looks at a job's output, at least, and at one that is quiet. */
const pauses = { least: 500, most: 4_000 };
/** Bytes that are read of what has come since the last look. */
const window = 16_384;
/** Jobs looked at in one round; rounds have the same pause between them. */
const jobsPerRound = 32;

interface Watched {
  ref: AttemptRef;
  path: string;
  reader: OutputReader;
  /** Bytes seen, or passed over. */
  offset: number;
  pause: number;
  dueAt: number;
  reported: Progress | null;
  /** Looks and reports, one after the other. */
  busy: Promise<void>;
  /** Nobody wants to know any more. */
  over: boolean;
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
  /** When the next round may be. */
  #freeAt = 0;
  readonly #rounds = new Set<Promise<void>>();
  #closed = false;

  constructor(deps: OutputWatchDeps) {
    this.#deps = deps;
  }

  /** Watches the log of an attempt, unless its job wants none of it. */
  add(ref: AttemptRef, path: string, how: OutputProgress): void {
    const key = keyOf(ref);
    if (how === false || this.#closed || this.#watched.has(key)) return;
    const first = { offset: 0, pause: pauses.least, dueAt: this.#deps.clock.now() + pauses.least };
    const state = { reported: null, busy: Promise.resolve(), over: false };
    this.#watched.set(key, { ref, path, reader: new OutputReader(how), ...first, ...state });
    this.#plan();
  }

  /** Ends watching an attempt that has ended, with a last look; `completed` says that it did what it was to do. */
  async finish(ref: AttemptRef, completed: boolean): Promise<void> {
    const watched = this.#watched.get(keyOf(ref));
    this.remove(ref);
    if (watched === undefined || watched.over || this.#closed) return;
    await this.#inTurn(watched, async () => {
      await this.#readNew(watched);
      watched.reader.settle();
      await this.#report(watched, completed ? atTheEnd(watched.reader.progress) : watched.reader.progress, true);
    });
  }

  /** Ends watching an attempt. */
  remove(ref: AttemptRef): void {
    this.#watched.delete(keyOf(ref));
    this.#plan();
  }

  close(): void {
    this.#closed = true;
    this.#watched.clear();
    this.#plan();
  }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> {
    while (this.#rounds.size > 0) await Promise.all(this.#rounds);
  }

  /** One timer, for the first look that is due; none when nothing is watched. */
  #plan(): void {
    const first = Math.min(...[...this.#watched.values()].map(({ dueAt }) => dueAt));
    const at = Math.max(first, this.#freeAt);
    if (this.#timer?.at === at) return;
    this.#timer?.stop();
    this.#timer = null;
    if (this.#watched.size === 0) return;
    const { clock } = this.#deps;
    // What lies further ahead was reckoned before the wall clock was set back.
    const delay = Math.min(pauses.most, Math.max(0, at - clock.now()));
    this.#timer = { at, stop: clock.after(delay, () => this.#startRound()) };
  }

  #startRound(): void {
    const round = this.#round().finally(() => this.#rounds.delete(round));
    this.#rounds.add(round);
  }

  async #round(): Promise<void> {
    this.#timer = null;
    const now = this.#deps.clock.now();
    this.#freeAt = now + pauses.least;
    const isDue = ({ dueAt }: Watched) => dueAt <= now || dueAt > now + pauses.most;
    const due = [...this.#watched.values()].filter(isDue).sort((a, b) => a.dueAt - b.dueAt);
    // Before the looks, which may take their time on a slow disk.
    for (const watched of due.slice(0, jobsPerRound)) watched.dueAt = now + watched.pause;
    this.#plan();
    for (const watched of due.slice(0, jobsPerRound)) await this.#inTurn(watched, () => this.#look(watched));
  }

  async #look(watched: Watched): Promise<void> {
    if (watched.over || this.#watched.get(keyOf(watched.ref)) !== watched) return;
    const grown = await this.#readNew(watched);
    watched.reader.settle(grown);
    watched.pause = grown ? pauses.least : Math.min(watched.pause * 2, pauses.most);
    // A job that was quiet for long is looked at soon again once it writes.
    if (grown) watched.dueAt = Math.min(watched.dueAt, this.#deps.clock.now() + pauses.least);
    await this.#report(watched, watched.reader.progress, false);
    if (watched.over) this.remove(watched.ref);
    else this.#plan();
  }

  /** Reads what has come, or the last of it. Whether anything has. */
  async #readNew(watched: Watched): Promise<boolean> {
    const { size } = await stat(watched.path);
    if (size === watched.offset) return false;
    // Somebody emptied it: that is a new beginning.
    if (size < watched.offset) watched.offset = 0;
    const from = Math.max(watched.offset, size - window);
    if (from > watched.offset) watched.reader.skip();
    watched.reader.feed(await readRange(watched.path, from, size - from));
    watched.offset = size;
    return true;
  }

  async #report(watched: Watched, progress: Progress | null, last: boolean): Promise<void> {
    if (watched.reader.gaveUp) {
      watched.over = true;
      await this.#deps.reports.outputProgressOff(watched.ref, progressMessage('progress.patternTooSlow').message);
    }
    if (!isNews(progress, watched.reported, last)) return;
    const answer = await this.#deps.reports.outputProgress(watched.ref, progress);
    if (answer === 'taken') watched.reported = progress;
    if (answer === 'unwanted') watched.over = true;
  }

  /** One thing at a time for each job. What fails is told once a look, and is no reason to stop looking. */
  #inTurn(watched: Watched, act: () => Promise<void>): Promise<void> {
    watched.busy = watched.busy.then(act).catch((error: unknown) => {
      // Its log was removed, or is not there yet.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      this.#deps.onProblem(error, `reading the progress of job ${watched.ref.jobId} from its output`);
    });
    return watched.busy;
  }
}

const keyOf = ({ jobId, attempt, launch }: AttemptRef) => `${jobId}.${attempt}.${launch}`;

async function readRange(path: string, from: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether somebody would see that it changed: by one percent, or in its words. */
function isNews(now: Progress | null, before: Progress | null, last: boolean): boolean {
  if (now === null || before === null) return now !== before;
  if (now.message !== before.message || now.phase !== before.phase || now.total !== before.total) return true;
  if (last || now.total === null) return now.current !== before.current;
  return Math.abs(now.current - before.current) / now.total >= 0.01;
}

/** Of a job that has completed: a program's last word often comes before its last bit of work. */
function atTheEnd(progress: Progress | null): Progress | null {
  if (progress?.total == null) return progress;
  const { current, total } = progress;
  // A percentage is of the whole; of things counted, some may have been left out.
  return total === 100 || current / total >= 0.9 ? { ...progress, current: total } : progress;
}
