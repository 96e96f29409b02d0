/** Which failures nobody has looked at yet. */
import type * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';

/** Where the last look is remembered from one window to the next: ISO 8601, undefined before the first. */
export interface SeenStore {
  read(): string | undefined;
  write(at: string): void;
}

/** Jobs that failed or got lost after `seen`; a group fails with its jobs, and is not counted beside them. Times compare as text: both are ISO 8601 in UTC. */
export function failuresSince(jobs: readonly Job[], seen: string): Job[] {
  return jobs.filter(
    ({ status, endedAt, children }) =>
      children === null && (status === 'failed' || status === 'lost') && (endedAt ?? '') > seen,
  );
}

/** Failures since somebody last looked. `looking` says whether somebody has the list before their eyes right now. */
export class Failures implements Disposable {
  readonly #model: JobsModel;
  readonly #store: SeenStore;
  readonly #looking: () => boolean;
  readonly #emitter = new Emitter<void>();
  readonly #subscription: Disposable;
  #seen: string;

  readonly onDidChange: Event<void> = this.#emitter.event;

  /** `now` as ISO 8601: what had failed before Jobdeck was there to tell is no news. */
  constructor(model: JobsModel, store: SeenStore, looking: () => boolean, now: string) {
    this.#model = model;
    this.#store = store;
    this.#looking = looking;
    this.#seen = store.read() ?? now;
    this.#subscription = model.onDidChange(({ changed }) => {
      const jobs = changed.flatMap((id) => model.get(id) ?? []);
      if (failuresSince(jobs, this.#seen).length > 0 && this.#looking()) this.markSeen();
    });
  }

  unseen(): Job[] {
    return failuresSince(this.#model.all(), this.#seen);
  }

  /** Somebody looked: what has failed up to now is no news any more. */
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

/** Key of the time of the last look in the state of all windows. */
const seenKey = 'failuresSeenUntil';

/** Failures that all windows remember; looking at the jobs view marks them as seen. */
export function createFailures(
  context: vscode.ExtensionContext,
  model: JobsModel,
  view: { readonly looking: boolean; readonly onDidLook: Event<void> },
): Failures {
  const store = {
    read: () => context.globalState.get<string>(seenKey),
    write: (at: string) => void context.globalState.update(seenKey, at),
  };
  const failures = new Failures(model, store, () => view.looking, new Date().toISOString());
  context.subscriptions.push(view.onDidLook(() => failures.markSeen()));
  return failures;
}
