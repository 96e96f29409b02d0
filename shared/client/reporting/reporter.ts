/** Accepts a program's reports and gets them to the daemon: now, later, or through another program. */

import { randomBytes } from 'node:crypto';
import { JobdeckError } from '../../errors.ts';
import { accessProblem } from '../../messages/daemonAccess.ts';
import type { Report, ReportReply, StartRequest } from '../../reporting.ts';
import type { DaemonAddress } from '../http.ts';
import { Buffer, type NumberedJob } from './buffer.ts';
import { type DeliveryHandlers, deliver, type Ids } from './deliver.ts';
import { Link } from './link.ts';
import { Sleep } from './sleep.ts';
import type { Spool } from './spool.ts';
import { openSpools, type Spools } from './spools.ts';

/** Milliseconds to collect reports before sending a batch. */
const tick = 50;
/** Milliseconds before reconnecting, doubled after each failure up to the limit. */
const backOff = { first: 100, limit: 5_000 };
/** Maximum number of reports per batch. */
const batchSize = 1_000;
/** Milliseconds that the exit of a program may be delayed. */
export const finalFlush = 2_000;

/** A job reported by this program. */
export interface TrackedJob extends NumberedJob {
  /** Milliseconds between heartbeats. */
  beatMs: number;
  /** No more reports will follow. */
  ended: boolean;
  started(id: string): void;
  cancelRequested(): void;
}

export interface ReporterOptions {
  /** The current address of the daemon, or null while it is not running. */
  find(): Promise<DaemonAddress | null>;
  /** The daemon's home, which contains the spools. */
  home: string;
  /** Whether to deliver the reports left behind by other programs. */
  adopts: boolean;
  /** Prints a warning for the program's author. */
  warn(text: string): void;
}

export class Reporter implements DeliveryHandlers {
  readonly client = randomBytes(12).toString('base64url');
  readonly #options: ReporterOptions;
  readonly #buffer = new Buffer();
  readonly #spools: Spools;
  readonly #jobs = new Map<string, TrackedJob>();
  readonly #ids: Ids = new Map();
  readonly #sleep = new Sleep();
  #link: Link | null = null;
  #unavailable = false;
  #adopted = false;
  #inFlight: ReturnType<Buffer['take']> = [];
  #ticking = false;
  #running: Promise<void> | null = null;
  #beat: { timer: NodeJS.Timeout; ms: number } | null = null;
  #recentlyReported = new Set<string>();
  #waiting: (() => void)[] = [];
  #flushing = false;
  #clients = 0;
  #newJobs = false;
  #stopsWhenUnavailable = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#spools = openSpools(options.home, this.client, options.warn);
  }

  /** Whether there are reports that the daemon has not received. */
  get hasUndelivered(): boolean {
    return !this.#buffer.isEmpty || this.#inFlight.length > 0 || !this.#spools.own.isEmpty;
  }

  /** A new client ID, under which one job numbers its reports. */
  nextClient(): string {
    this.#clients += 1;
    return `${this.client}-${this.#clients}`;
  }

  /** Starts reporting on a job. With `start`, the daemon is asked to start the job first. */
  add(job: TrackedJob, start?: StartRequest): void {
    this.#jobs.set(job.id ?? job.key, job);
    if (start !== undefined) this.#buffer.start(job, start);
    this.#keepBeating(job.beatMs);
    this.#schedule();
  }

  report(job: TrackedJob, report: Report): void {
    if (this.#ids.get(job.key) === null) return; // The daemon rejected the start.
    if (report.kind === 'log') this.#buffer.addLog(job, report.text);
    else this.#buffer.add(job, report);
    if (this.#buffer.isFull) this.spill();
    if (!this.#ticking) this.#schedule();
  }

  /**
   * Waits up to `ms` milliseconds until the daemon has received all reports. Returns whether it has. With
   * `stopWhenUnavailable`, stops waiting as soon as the daemon turns out to be unavailable.
   */
  async flush(ms: number, stopWhenUnavailable = false): Promise<boolean> {
    if (!this.hasUndelivered) return true;
    this.#stopsWhenUnavailable ||= stopWhenUnavailable;
    let timer: NodeJS.Timeout | undefined;
    this.#flushing = true;
    const delivered = new Promise<void>((resolve) => this.#waiting.push(resolve));
    // Unlike all other timers, this one keeps the program alive.
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    this.#sleep.wake();
    this.#run();
    await Promise.race([delivered, late]);
    clearTimeout(timer);
    this.#flushing = false;
    return !this.hasUndelivered;
  }

  /** Delivers reports of dead programs. Rejects if the daemon is unavailable. */
  async deliverOrphans(): Promise<void> {
    await this.#connect();
    await this.#deliverAll();
  }

  /** Writes reports in memory to disk, in order and synchronously. */
  spill(): void {
    const lines = [...this.#inFlight, ...this.#buffer.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)];
    this.#inFlight = [];
    if (lines.length > 0) this.#spools.put(lines);
  }

  /** Closes the connection. Undelivered reports stay on disk. */
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
    this.#newJobs = true;
  }

  updated({ jobId, cancelRequested }: ReportReply): void {
    this.#recentlyReported.add(jobId);
    if (cancelRequested) this.#jobs.get(jobId)?.cancelRequested();
  }

  rejected(key: string, { message }: { message: string }): void {
    this.#options.warn(`A report on job ${key} was rejected: ${message}`);
  }

  #schedule(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setTimeout(() => {
      this.#ticking = false;
      if (this.#unavailable) this.spill();
      this.#run();
    }, tick).unref();
  }

  #run(): void {
    this.#running ??= this.#deliverAll().finally(() => {
      this.#running = null;
    });
  }

  get #hasWork(): boolean {
    const needsConnection = this.#link?.isOpen !== true && [...this.#jobs.values()].some((job) => !job.ended);
    return this.hasUndelivered || needsConnection || (this.#link !== null && this.#spools.orphans.length > 0);
  }

  async #deliverAll(): Promise<void> {
    for (let failures = 0; this.#hasWork; ) {
      try {
        await this.#deliverSome(this.#link?.isOpen ? this.#link : await this.#connect());
        failures = 0;
      } catch (error) {
        this.#handleFailure(error);
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
        this.#schedule();
      },
    });
    this.#link = link;
    this.#unavailable = false;
    if (this.#options.adopts && !this.#adopted) {
      this.#adopted = true;
      this.#spools.adopt();
    }
    // The daemon notifies this connection about cancellation of the jobs it has reported on.
    this.#recentlyReported.clear();
    await this.#sendBeats(link);
    return link;
  }

  /** Delivers a batch: first from disk, then from memory, then from the spools of other programs. */
  async #deliverSome(link: Link): Promise<void> {
    const { own, orphans } = this.#spools;
    if (!own.isEmpty) await this.#deliverFrom(own, link);
    else if (!this.#buffer.isEmpty) {
      this.#inFlight = this.#buffer.take(batchSize);
      const isLastBatch = this.#inFlight.length < batchSize;
      await deliver(link, this.#inFlight, { ids: this.#ids, handlers: this });
      this.#inFlight = [];
      if (isLastBatch && !this.#flushing && !this.#buffer.isEmpty) await this.#sleep.atMost(tick);
    } else {
      const [orphan] = orphans;
      if (orphan !== undefined) await this.#deliverFrom(orphan, link);
      if (orphan?.isEmpty) orphans.shift();
    }
    if (this.#newJobs) {
      // The daemon notifies a connection only about jobs it has reported on.
      this.#newJobs = false;
      await this.#sendBeats(link);
    }
    if (this.hasUndelivered) return;
    this.#flushing = false;
    this.#settle();
  }

  async #deliverFrom(spool: Spool, link: Link): Promise<void> {
    const lines = spool.peek(batchSize);
    await deliver(link, lines, { ids: this.#ids, handlers: this });
    spool.drop();
  }

  #handleFailure(error: unknown): void {
    const expected = error instanceof JobdeckError;
    if (!expected) this.#options.warn(`Reporting failed: ${error instanceof Error ? error.message : String(error)}`);
    this.#link?.close();
    this.#link = null;
    this.#unavailable = true;
    this.spill();
    if (this.#stopsWhenUnavailable) this.#settle();
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
      // An open connection keeps the daemon alive.
      if (!this.hasUndelivered) this.#link?.close();
    }
    const link = this.#link;
    if (link?.isOpen) this.#sendBeats(link).catch((error) => this.#handleFailure(error));
    else this.#run();
    this.#recentlyReported.clear();
  }

  /** Sends a heartbeat for each job without a report since the last one. */
  async #sendBeats(link: Link): Promise<void> {
    const silent = [...this.#jobs.values()].flatMap(({ id, ended }) =>
      id !== null && !ended && !this.#recentlyReported.has(id) ? [id] : [],
    );
    if (silent.length === 0) return;
    const jobs = silent.slice(0, batchSize).map((jobId) => ({ jobId, reports: [{ kind: 'heartbeat' as const }] }));
    const response = await link.report(jobs);
    for (const reply of response.jobs) this.updated(reply);
  }
}
