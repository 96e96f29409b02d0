/** Which jobs end while this window watches them. What had ended before is no news. */
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import type { JobsChange, JobsModel } from '../daemon/jobsModel.ts';

export class Endings implements Disposable {
  readonly #model: JobsModel;
  readonly #emitter = new Emitter<readonly Job[]>();
  readonly #subscription: Disposable;
  /** Ids of the jobs that had not ended when they were last seen. */
  readonly #active = new Set<string>();
  /** When the newest job was created that was seen so far; null before any could be. */
  #newest: string | null = null;

  /** Fires with the jobs that have ended since the last change, at least one. */
  readonly onDidEnd: Event<readonly Job[]> = this.#emitter.event;

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
    const ended = jobs.filter((job) => isTerminal(job.status) && this.#isNews(job));
    this.#remember(jobs);
    for (const id of removed) this.#active.delete(id);
    if (ended.length > 0) this.#emitter.fire(ended);
  }

  /** It was active, or came since and has ended already: what happens at once is told at once. */
  #isNews({ id, createdAt }: Job): boolean {
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
