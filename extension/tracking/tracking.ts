/** All jobs that this window reports: heartbeats, cancel requests, and a last report when the window closes. */
import { setTimeout as pause } from 'node:timers/promises';
import type { StartRequest } from '../../shared/reporting.ts';
import { trackedByWindow } from '../../shared/wire.ts';
import type { Disposable } from '../base/event.ts';
import { currentUser } from '../base/submitter.ts';
import type { Translate } from '../base/text.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { TrackedJob, type TrackedOutcome } from './trackedJob.ts';

/** Milliseconds without a heartbeat after which a job counts as lost. */
const heartbeatTimeout = 120_000;
/** Milliseconds between two heartbeats. */
const beatInterval = 30_000;
/** Milliseconds that a closing window may take for its last reports. */
const closeTimeout = 1_500;

/** Consecutive heartbeats without the process before it counts as ended: the event of its end may still arrive. */
const missesAllowed = 2;

/** A tracked task or command. */
export interface Tracked {
  /** Stops it, because its job was cancelled. */
  stop(): void;
  /** Whether it is still running, if this can be checked. The event of its end may be missed. */
  runs?(): boolean;
}

export interface TrackingDeps {
  readonly access: DaemonAccess;
  readonly model: JobsModel;
  readonly t: Translate;
  log(line: string): void;
}

export class Tracking implements Disposable {
  readonly #deps: TrackingDeps;
  readonly #jobs = new Map<TrackedJob, { what: Tracked; misses: number }>();
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: TrackingDeps) {
    this.#deps = deps;
    this.#subscription = deps.model.onDidChange(() => this.#lookForCancels());
  }

  /** Starts reporting a running job. */
  start(request: StartRequest, what: Tracked): TrackedJob {
    const { access, log } = this.#deps;
    const metadata = { ...request.metadata, trackedBy: trackedByWindow };
    const whole = { ...request, metadata, createdBy: currentUser(), heartbeatMs: heartbeatTimeout, timeLimitMs: null };
    const job = new TrackedJob({ access, log, stop: () => what.stop() }, whole);
    this.#jobs.set(job, { what, misses: 0 });
    // The timer runs only while jobs are tracked.
    this.#timer ??= setInterval(() => this.#beat(), beatInterval);
    return job;
  }

  /** Ends all tracked jobs with an unknown outcome. Resolves when reported, or after a timeout. */
  async windowCloses(): Promise<void> {
    const { t } = this.#deps;
    const message = t('The window that tracked it was closed or reloaded. Its outcome is unknown.');
    const hint = t('It may still be running. Jobdeck tracks the jobs that it starts itself to their end.');
    const reports = [...this.#jobs.keys()].map((job) =>
      job.endNow({ kind: 'fail', code: 'WINDOW_CLOSED', message, hint }),
    );
    if (reports.length > 0) await Promise.race([Promise.all(reports), pause(closeTimeout)]);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#subscription.dispose();
    for (const job of this.#jobs.keys()) job.abandon();
  }

  #lookForCancels(): void {
    for (const job of this.#jobs.keys()) {
      if (job.id !== null && this.#deps.model.get(job.id)?.cancelRequestedAt) job.requestStop();
    }
  }

  #beat(): void {
    for (const [job, state] of this.#jobs) {
      state.misses = state.what.runs?.() === false ? state.misses + 1 : 0;
      if (job.over) this.#jobs.delete(job);
      else if (state.misses >= missesAllowed) void job.end(gone(this.#deps.t));
      else void job.beat();
    }
    if (this.#jobs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function gone(t: Translate): TrackedOutcome {
  const message = t('Its process is gone. Its outcome is unknown.');
  return { kind: 'fail', code: 'ENDING_NOT_SEEN', message };
}
