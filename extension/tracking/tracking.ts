/** All jobs that this window reports: their signs of life, cancels, and what is said of them when the window closes. */
import { setTimeout as pause } from 'node:timers/promises';
import { type StartRequest, trackedByWindow } from '../../shared/reporting.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { Disposable } from '../event.ts';
import type { JobsModel } from '../jobsModel.ts';
import { currentUser } from '../submitter.ts';
import type { Translate } from '../text.ts';
import { TrackedJob } from './trackedJob.ts';

/** Milliseconds without a sign of life after which a job counts as lost: nobody knows how it goes on. */
export const silence = 120_000;
/** Milliseconds between two signs of life. */
const beatInterval = 30_000;
/** Milliseconds that a window which closes may take for saying so. */
const farewell = 1_500;

export interface TrackingDeps {
  readonly access: DaemonAccess;
  readonly model: JobsModel;
  readonly t: Translate;
  log(line: string): void;
}

export class Tracking implements Disposable {
  readonly #deps: TrackingDeps;
  readonly #jobs = new Set<TrackedJob>();
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: TrackingDeps) {
    this.#deps = deps;
    this.#subscription = deps.model.onDidChange(() => this.#lookForCancels());
  }

  /** Reports a job that runs now; `stop` asks it to stop when somebody cancels it. */
  start(request: StartRequest, stop: () => void): TrackedJob {
    const { access, log } = this.#deps;
    const metadata = { ...request.metadata, trackedBy: trackedByWindow };
    const whole = { ...request, metadata, createdBy: currentUser(), heartbeatMs: silence, timeLimitMs: null };
    const job = new TrackedJob({ access, stop, log }, whole);
    this.#jobs.add(job);
    // Only while there is something to tell.
    this.#timer ??= setInterval(() => this.#beat(), beatInterval);
    return job;
  }

  /** Ends what is tracked, for nobody will see how it goes on. Resolves when that is told, or after a moment. */
  async windowCloses(): Promise<void> {
    const { t } = this.#deps;
    const message = t('The window that tracked it was closed or reloaded, so its ending was not seen.');
    const hint = t('It may run on. A job that Jobdeck runs itself is known to its end.');
    const told = [...this.#jobs].map((job) => job.end({ kind: 'fail', code: 'WINDOW_CLOSED', message, hint }));
    if (told.length > 0) await Promise.race([Promise.all(told), pause(farewell)]);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#subscription.dispose();
    for (const job of this.#jobs) job.giveUp();
  }

  #lookForCancels(): void {
    for (const job of this.#jobs) {
      if (job.id !== null && this.#deps.model.get(job.id)?.cancelRequestedAt) job.askToStop();
    }
  }

  #beat(): void {
    for (const job of this.#jobs) {
      if (job.over) this.#jobs.delete(job);
      else void job.beat();
    }
    if (this.#jobs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
