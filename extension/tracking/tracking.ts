/** All jobs that this window reports: their signs of life, cancels, and what is said of them when the window closes. */
import { setTimeout as pause } from 'node:timers/promises';
import type { StartRequest } from '../../shared/reporting.ts';
import { trackedByWindow } from '../../shared/wire.ts';
import type { Disposable } from '../base/event.ts';
import { currentUser } from '../base/submitter.ts';
import type { Translate } from '../base/text.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { type TrackedEnding, TrackedJob } from './trackedJob.ts';

/** Milliseconds without a sign of life after which a job counts as lost: nobody knows how it goes on. */
export const silence = 120_000;
/** Milliseconds between two signs of life. */
const beatInterval = 30_000;
/** Milliseconds that a window which closes may take for saying so. */
const farewell = 1_500;

/** Beats in a row for which it has to be gone before it counts as ended: the news of its end may be on its way. */
const missesAllowed = 2;

/** What is tracked. */
export interface Tracked {
  /** Asks it to stop, because somebody cancelled its job. */
  stop(): void;
  /** Whether it still runs, where that can be seen; its end may pass unheard. */
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

  /** Reports a job that runs now. */
  start(request: StartRequest, what: Tracked): TrackedJob {
    const { access, log } = this.#deps;
    const metadata = { ...request.metadata, trackedBy: trackedByWindow };
    const whole = { ...request, metadata, createdBy: currentUser(), heartbeatMs: silence, timeLimitMs: null };
    const job = new TrackedJob({ access, log, stop: () => what.stop() }, whole);
    this.#jobs.set(job, { what, misses: 0 });
    // Only while there is something to tell.
    this.#timer ??= setInterval(() => this.#beat(), beatInterval);
    return job;
  }

  /** Ends what is tracked, for nobody will see how it goes on. Resolves when that is told, or after a moment. */
  async windowCloses(): Promise<void> {
    const { t } = this.#deps;
    const message = t('The window that tracked it was closed or reloaded. Its outcome is unknown.');
    const hint = t('It may still be running. Jobdeck tracks the jobs that it starts itself to their end.');
    const told = [...this.#jobs.keys()].map((job) =>
      job.endNow({ kind: 'fail', code: 'WINDOW_CLOSED', message, hint }),
    );
    if (told.length > 0) await Promise.race([Promise.all(told), pause(farewell)]);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#subscription.dispose();
    for (const job of this.#jobs.keys()) job.giveUp();
  }

  #lookForCancels(): void {
    for (const job of this.#jobs.keys()) {
      if (job.id !== null && this.#deps.model.get(job.id)?.cancelRequestedAt) job.askToStop();
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

function gone(t: Translate): TrackedEnding {
  const message = t('Its process is gone. Its outcome is unknown.');
  return { kind: 'fail', code: 'ENDING_NOT_SEEN', message };
}
