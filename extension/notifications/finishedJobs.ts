/** Detects jobs that finish while this window is open. */
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import type { JobsChange, JobsModel } from '../daemon/jobsModel.ts';

export class FinishedJobs implements Disposable {
  readonly #model: JobsModel;
  readonly #emitter = new Emitter<readonly Job[]>();
  readonly #subscription: Disposable;
  /** IDs of the jobs that were active when last seen. */
  readonly #active = new Set<string>();
  /** Creation time of the newest job seen so far. Null before the model is loaded. */
  #newest: string | null = null;

  /** Fires with the jobs that finished since the last change, at least one. */
  readonly onDidFinish: Event<readonly Job[]> = this.#emitter.event;

  constructor(model: JobsModel) {
    this.#model = model;
    if (model.loaded) this.#remember(model.all());
    this.#subscription = model.onDidChange((change) => this.#changed(change));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#emitter.dispose();
  }

  #changed({ changed, removed }: JobsChange): void {
    const jobs = changed.flatMap((id) => this.#model.get(id) ?? []);
    const ended = jobs.filter((job) => isTerminal(job.status) && this.#hasJustFinished(job));
    this.#remember(jobs);
    for (const id of removed) this.#active.delete(id);
    if (ended.length > 0) this.#emitter.fire(ended);
  }

  /** Whether it was active before, or is new and finished within one frame. */
  #hasJustFinished({ id, createdAt }: Job): boolean {
    return this.#active.has(id) || (this.#newest !== null && createdAt > this.#newest);
  }

  #remember(jobs: readonly Job[]): void {
    this.#newest ??= '';
    for (const { id, status, createdAt } of jobs) {
      if (isTerminal(status)) this.#active.delete(id);
      else this.#active.add(id);
      if (createdAt > this.#newest) this.#newest = createdAt;
    }
  }
}
