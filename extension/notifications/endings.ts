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
  #active: Set<string>;

  /** Fires with the jobs that have ended since the last change, at least one. */
  readonly onDidEnd: Event<readonly Job[]> = this.#emitter.event;

  constructor(model: JobsModel) {
    this.#model = model;
    this.#active = new Set(this.#activeIds());
    this.#subscription = model.onDidChange((change) => this.#changed(change));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#emitter.dispose();
  }

  #changed({ changed }: JobsChange): void {
    const ended = changed.flatMap((id) => {
      const job = this.#active.has(id) ? this.#model.get(id) : undefined;
      return job !== undefined && isTerminal(job.status) ? [job] : [];
    });
    this.#active = new Set(this.#activeIds());
    if (ended.length > 0) this.#emitter.fire(ended);
  }

  #activeIds(): string[] {
    return this.#model.all().flatMap(({ id, status }) => (isTerminal(status) ? [] : [id]));
  }
}
