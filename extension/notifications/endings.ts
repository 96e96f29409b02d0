/** Which jobs end while this window watches them. What had ended before is no news. */
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { type Disposable, Emitter, type Event } from '../event.ts';
import type { JobsChange, JobsModel } from '../jobsModel.ts';

export class Endings implements Disposable {
  readonly #model: JobsModel;
  readonly #emitter = new Emitter<readonly Job[]>();
  readonly #subscription: Disposable;
  /** Ids of the jobs that had not ended when they were last seen. */
  #active: ReadonlySet<string> = new Set();
  /** When the newest job was created that was seen so far; null before any could be. */
  #newest: string | null = null;

  /** Fires with the jobs that have ended since the last change, at least one. */
  readonly onDidEnd: Event<readonly Job[]> = this.#emitter.event;

  constructor(model: JobsModel) {
    this.#model = model;
    if (model.loaded) this.#remember();
    this.#subscription = model.onDidChange((change) => this.#changed(change));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#emitter.dispose();
  }

  #changed({ changed }: JobsChange): void {
    const ended = changed.flatMap((id) => {
      const job = this.#model.get(id);
      return job !== undefined && isTerminal(job.status) && this.#isNews(job) ? [job] : [];
    });
    this.#remember();
    if (ended.length > 0) this.#emitter.fire(ended);
  }

  /** It was active, or came since and has ended already: what happens at once is told at once. */
  #isNews({ id, createdAt }: Job): boolean {
    return this.#active.has(id) || (this.#newest !== null && createdAt > this.#newest);
  }

  #remember(): void {
    const jobs = this.#model.all();
    this.#active = new Set(jobs.flatMap(({ id, status }) => (isTerminal(status) ? [] : [id])));
    this.#newest = [this.#newest ?? '', ...jobs.map(({ createdAt }) => createdAt)].sort().at(-1) ?? '';
  }
}
