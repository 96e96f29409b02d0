/** Failures that the user has not seen yet. */
import type * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';

/** Stores until when failures have been seen (ISO 8601), for all windows. Undefined at first. */
export interface SeenStore {
  read(): string | undefined;
  write(at: string): void;
}

/** Jobs that failed or were lost after `seen` (ISO 8601 in UTC, compared as strings). Groups are left out, because their jobs count. */
export function failuresSince(jobs: readonly Job[], seen: string): Job[] {
  return jobs.filter(
    ({ status, endedAt, children }) =>
      children === null && (status === 'failed' || status === 'lost') && (endedAt ?? '') > seen,
  );
}

/** Failures since the user last looked. `isInView` returns whether the Jobs view is visible right now. */
export class Failures implements Disposable {
  readonly #model: JobsModel;
  readonly #store: SeenStore;
  readonly #isInView: () => boolean;
  readonly #emitter = new Emitter<void>();
  readonly #subscription: Disposable;
  #seen: string;

  readonly onDidChange: Event<void> = this.#emitter.event;

  /** `now` as ISO 8601: failures before the first start of Jobdeck don't count. */
  constructor(model: JobsModel, store: SeenStore, isInView: () => boolean, now: string) {
    this.#model = model;
    this.#store = store;
    this.#isInView = isInView;
    this.#seen = store.read() ?? now;
    this.#subscription = model.onDidChange(({ changed }) => {
      const jobs = changed.flatMap((id) => model.get(id) ?? []);
      if (failuresSince(jobs, this.#seen).length > 0 && this.#isInView()) this.markSeen();
    });
  }

  /** Until when failures have been seen (ISO 8601). */
  get seenUntil(): string {
    return this.#seen;
  }

  unseen(): Job[] {
    return failuresSince(this.#model.all(), this.#seen);
  }

  /** Marks all failures up to now as seen. */
  markSeen(): void {
    const latest = this.unseen().reduce(
      (last, { endedAt }) => (endedAt !== null && endedAt > last ? endedAt : last),
      '',
    );
    if (latest === '') return;
    this.#seen = latest;
    this.#store.write(latest);
    this.#emitter.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#emitter.dispose();
  }
}

/** Key in the global state. */
const seenKey = 'failuresSeenUntil';

/** Unseen failures, shared by all windows. Opening the Jobs view marks them as seen. */
export function createFailures(
  context: vscode.ExtensionContext,
  model: JobsModel,
  view: { readonly isInView: boolean; readonly onDidBecomeVisible: Event<void> },
): Failures {
  const store = {
    read: () => context.globalState.get<string>(seenKey),
    write: (at: string) => void context.globalState.update(seenKey, at),
  };
  const failures = new Failures(model, store, () => view.isInView, new Date().toISOString());
  context.subscriptions.push(view.onDidBecomeVisible(() => failures.markSeen()));
  return failures;
}
