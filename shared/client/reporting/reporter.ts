/** Takes reports of a program's jobs and sees to it that the daemon gets them: now, later, or by another program. */

import { randomBytes } from 'node:crypto';
import { JobdeckError } from '../../errors.ts';
import { accessProblem } from '../../messages/daemonAccess.ts';
import type { Report, ReportReply, StartRequest } from '../../reporting.ts';
import type { DaemonAddress } from '../http.ts';
import { Buffer, type Numbered } from './buffer.ts';
import { deliver, type Ids, type Told } from './deliver.ts';
import { Link } from './link.ts';
import { type Shelf, shelf } from './shelf.ts';
import { Sleep } from './sleep.ts';
import type { Spool } from './spool.ts';

/** Milliseconds in which reports gather before they are sent. */
const tick = 50;
/** Milliseconds before the daemon is looked for again, doubled each time up to the limit. */
const backOff = { first: 100, limit: 5_000 };
/** Reports sent at once. */
const batchSize = 1_000;
/** Milliseconds the end of a program may wait for the daemon. */
export const finalFlush = 2_000;

/** A job of this program. */
export interface TrackedJob extends Numbered {
  /** Milliseconds between two signs of life. */
  beatMs: number;
  /** Nothing more is reported. */
  ended: boolean;
  started(id: string): void;
  cancelRequested(): void;
}

export interface ReporterOptions {
  /** Where the daemon is now; null while it is away. */
  find(): Promise<DaemonAddress | null>;
  /** The daemon's home, in which reports wait for it. */
  home: string;
  /** Whether it may deliver also what other programs have left. */
  adopts: boolean;
  /** Something the program's author should know. */
  warn(text: string): void;
}

export class Reporter implements Told {
  readonly client = randomBytes(12).toString('base64url');
  readonly #options: ReporterOptions;
  readonly #buffer = new Buffer();
  readonly #shelf: Shelf;
  readonly #jobs = new Map<string, TrackedJob>();
  readonly #ids: Ids = new Map();
  readonly #sleep = new Sleep();
  #link: Link | null = null;
  #away = false;
  #adopted = false;
  #inFlight: ReturnType<Buffer['take']> = [];
  #ticking = false;
  #running: Promise<void> | null = null;
  #beat: { timer: NodeJS.Timeout; ms: number } | null = null;
  #heard = new Set<string>();
  #waiting: (() => void)[] = [];
  #hurry = false;
  #clients = 0;
  #introduce = false;
  #givesUp = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#shelf = shelf(options.home, this.client, options.warn);
  }

  /** Whether something is not with the daemon yet. */
  get hasUndelivered(): boolean {
    return !this.#buffer.isEmpty || this.#inFlight.length > 0 || !this.#shelf.own.isEmpty;
  }

  /** A name under which one job numbers its reports. */
  nextClient(): string {
    this.#clients += 1;
    return `${this.client}-${this.#clients}`;
  }

  /** Reports on a job; with `start` it is to be started first. */
  add(job: TrackedJob, start?: StartRequest): void {
    this.#jobs.set(job.id ?? job.key, job);
    if (start !== undefined) this.#buffer.start(job, start);
    this.#keepBeating(job.beatMs);
    this.#soon();
  }

  report(job: TrackedJob, report: Report): void {
    if (this.#ids.get(job.key) === null) return; // The daemon has refused to start it.
    if (report.kind === 'log') this.#buffer.addLog(job, report.text);
    else this.#buffer.add(job, report);
    if (this.#buffer.isFull) this.spill();
    if (!this.#ticking) this.#soon();
  }

  /**
   * Waits until everything reported so far is with the daemon, at most so many ms; returns whether it is. With
   * `orGiveUp` only until it is found that the daemon is away.
   */
  async flush(ms: number, orGiveUp = false): Promise<boolean> {
    if (!this.hasUndelivered) return true;
    this.#givesUp ||= orGiveUp;
    let timer: NodeJS.Timeout | undefined;
    this.#hurry = true;
    const delivered = new Promise<void>((resolve) => this.#waiting.push(resolve));
    // This timer, unlike all others, keeps the program alive.
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    this.#sleep.wake();
    this.#run();
    await Promise.race([delivered, late]);
    clearTimeout(timer);
    this.#hurry = false;
    return !this.hasUndelivered;
  }

  /** Delivers what programs that are gone have left. Rejects when the daemon is away. */
  async deliverOrphans(): Promise<void> {
    await this.#connect();
    await this.#deliverAll();
  }

  /** Puts what is in memory on disk, in its order; at once. */
  spill(): void {
    const lines = [...this.#inFlight, ...this.#buffer.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)];
    this.#inFlight = [];
    if (lines.length > 0) this.#shelf.put(lines);
  }

  /** Ends the connection; what is not delivered stays on disk. */
  close(): void {
    this.spill();
    if (this.#beat !== null) clearInterval(this.#beat.timer);
    for (const job of this.#jobs.values()) job.ended = true;
    this.#link?.close();
  }

  started(key: string, id: string): void {
    const job = this.#jobs.get(key);
    if (job === undefined) return;
    this.#jobs.delete(key);
    this.#jobs.set(id, job);
    job.started(id);
    this.#introduce = true;
  }

  stands({ jobId, cancelRequested }: ReportReply): void {
    this.#heard.add(jobId);
    if (cancelRequested) this.#jobs.get(jobId)?.cancelRequested();
  }

  refused(key: string, { message }: { message: string }): void {
    this.#options.warn(`A report on job ${key} was refused: ${message}`);
  }

  #soon(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setTimeout(() => {
      this.#ticking = false;
      if (this.#away) this.spill();
      this.#run();
    }, tick).unref();
  }

  #run(): void {
    this.#running ??= this.#deliverAll().finally(() => {
      this.#running = null;
    });
  }

  get #hasWork(): boolean {
    const toWatch = this.#link?.isOpen !== true && [...this.#jobs.values()].some((job) => !job.ended);
    return this.hasUndelivered || toWatch || (this.#link !== null && this.#shelf.orphans.length > 0);
  }

  async #deliverAll(): Promise<void> {
    for (let failures = 0; this.#hasWork; ) {
      try {
        await this.#deliverSome(this.#link?.isOpen ? this.#link : await this.#connect());
        failures = 0;
      } catch (error) {
        this.#lose(error);
        await this.#sleep.atMost(Math.min(backOff.limit, backOff.first * 2 ** failures));
        failures += 1;
      }
    }
  }

  async #connect(): Promise<Link> {
    const address = await this.#options.find();
    if (address === null) throw accessProblem('DAEMON_UNREACHABLE/notRunning');
    const link = await Link.open(address, {
      cancelRequested: (jobId) => this.#jobs.get(jobId)?.cancelRequested(),
      lost: () => {
        this.#link = null;
        this.#soon();
      },
    });
    this.#link = link;
    this.#away = false;
    if (this.#options.adopts && !this.#adopted) {
      this.#adopted = true;
      this.#shelf.adopt();
    }
    // From here on this connection is told when one of them is cancelled.
    this.#heard.clear();
    await this.#sendBeats(link);
    return link;
  }

  /** What waits on disk before what waits in memory, and what others have left last. */
  async #deliverSome(link: Link): Promise<void> {
    const { own, orphans } = this.#shelf;
    if (!own.isEmpty) await this.#deliverFrom(own, link);
    else if (!this.#buffer.isEmpty) {
      this.#inFlight = this.#buffer.take(batchSize);
      const isWhole = this.#inFlight.length < batchSize;
      await deliver(link, this.#inFlight, { ids: this.#ids, told: this });
      this.#inFlight = [];
      if (isWhole && !this.#hurry && !this.#buffer.isEmpty) await this.#sleep.atMost(tick);
    } else {
      const [orphan] = orphans;
      if (orphan !== undefined) await this.#deliverFrom(orphan, link);
      if (orphan?.isEmpty) orphans.shift();
    }
    if (this.#introduce) {
      // Who has said nothing on this connection is not told of a cancel.
      this.#introduce = false;
      await this.#sendBeats(link);
    }
    if (this.hasUndelivered) return;
    this.#hurry = false;
    this.#settle();
  }

  async #deliverFrom(spool: Spool, link: Link): Promise<void> {
    const lines = spool.peek(batchSize);
    await deliver(link, lines, { ids: this.#ids, told: this });
    spool.drop();
  }

  #lose(error: unknown): void {
    const expected = error instanceof JobdeckError;
    if (!expected) this.#options.warn(`Reporting failed: ${error instanceof Error ? error.message : String(error)}`);
    this.#link?.close();
    this.#link = null;
    this.#away = true;
    this.spill();
    if (this.#givesUp) this.#settle();
  }

  #settle(): void {
    for (const settle of this.#waiting.splice(0)) settle();
  }

  #keepBeating(ms: number): void {
    if (this.#beat !== null && this.#beat.ms <= ms) return;
    if (this.#beat !== null) clearInterval(this.#beat.timer);
    this.#beat = { ms, timer: setInterval(() => this.#onBeat(), ms).unref() };
  }

  #onBeat(): void {
    for (const [key, job] of this.#jobs) if (job.ended) this.#jobs.delete(key);
    if (this.#jobs.size === 0 && this.#beat !== null) {
      clearInterval(this.#beat.timer);
      this.#beat = null;
      // A daemon with a connection stays.
      if (!this.hasUndelivered) this.#link?.close();
    }
    const link = this.#link;
    if (link?.isOpen) this.#sendBeats(link).catch((error) => this.#lose(error));
    else this.#run();
    this.#heard.clear();
  }

  /** A sign of life of each job that said nothing since the last one. */
  async #sendBeats(link: Link): Promise<void> {
    const silent = [...this.#jobs.values()].flatMap(({ id, ended }) =>
      id !== null && !ended && !this.#heard.has(id) ? [id] : [],
    );
    if (silent.length === 0) return;
    const jobs = silent.slice(0, batchSize).map((jobId) => ({ jobId, reports: [{ kind: 'heartbeat' as const }] }));
    const answer = await link.report(jobs);
    for (const reply of answer.jobs) this.stands(reply);
  }
}
