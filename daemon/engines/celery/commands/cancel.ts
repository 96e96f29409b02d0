/** Cancels tasks, wherever they are: in a queue, with a worker, or running. */
import type { JobdeckError } from '../../../../shared/errors.ts';
import { celeryProblem } from '../../../../shared/messages/celery.ts';
import type { Fact, OpenJob } from '../../remote.ts';
import type { RemoteControl } from '../connection/remoteControl.ts';
import type { LiveConnection } from '../connection/session.ts';
import type { QueueMonitor } from '../following/queueMonitor.ts';
import type { WorkerRegistry } from '../following/workerRegistry.ts';
import type { TaskTracker } from '../tasks/taskTracker.ts';
import { findOnWorkers, type HeldTask } from './findTask.ts';

const maxRevoked = 5_000;

export interface CancellerDeps {
  /** @throws JobdeckError CONNECTION_FAILED */
  live(): LiveConnection;
  tracker: TaskTracker;
  workers: WorkerRegistry;
  queues: QueueMonitor;
  report(facts: readonly Fact[]): void;
  onProblem(error: unknown, about: string): void;
}

export class Canceller {
  readonly #deps: CancellerDeps;
  /** Revoked tasks that had not started. If one starts anyway, it is terminated. */
  readonly #revoked = new Set<string>();

  constructor(deps: CancellerDeps) {
    this.#deps = deps;
  }

  /** Removes the task from its queue if possible, otherwise revokes it. The outcome is reported as a fact. */
  async cancel(job: OpenJob): Promise<void> {
    const { tracker, report, queues } = this.#deps;
    const { session, control } = this.#deps.live();
    const { broker } = session;
    const id = job.externalId;
    if (tracker.hasFinished(id)) return;
    const meta = (await session.results?.get(id)) ?? null;
    if (meta?.isFinal) {
      // Recent workers overwrite the result of a finished task when it is revoked.
      report(tracker.onResult(id, meta, 'store'));
      return;
    }
    if (!tracker.isRunning(id) && (await broker.remove?.(queues.names(), id))) {
      report(tracker.onCancelled(id));
      return;
    }
    const { held, replyCount } = await findOnWorkers(control, id);
    if (held !== null) {
      await this.#cancelOnWorker(control, id, held);
      return;
    }
    if (replyCount > 0) {
      // It is in a queue that can't be read, or nowhere. Workers remember the revocation and pass it on to new ones.
      await control.request('revoke', { arguments: { task_id: id, terminate: false } });
      this.#markRevoked(id);
      await broker.removeUnacked?.(id);
      report(tracker.onCancelled(id));
      return;
    }
    if ((await broker.removeUnacked?.(id)) || (job.status === 'lost' && broker.removeUnacked)) {
      report(tracker.onCancelled(id));
      return;
    }
    throw this.#noReply(job);
  }

  async #cancelOnWorker(control: RemoteControl, id: string, { host, info }: HeldTask): Promise<void> {
    const { tracker, report, workers } = this.#deps;
    if (info.state === 'active') {
      const reason = workers.cancelLimit(host);
      if (reason !== null) throw celeryProblem('ENGINE_NOT_CAPABLE/pool', { reason });
      await this.#terminate(control, id);
      return;
    }
    await control.request('revoke', { arguments: { task_id: id, terminate: false } });
    this.#markRevoked(id);
    const { held } = await findOnWorkers(control, id);
    if (held?.info.state === 'active') await this.#terminate(control, id);
    // The worker discards it only when its turn comes, possibly much later, but it will never run.
    else if (!tracker.hasFinished(id)) report(tracker.onCancelled(id));
  }

  /** The worker reports the task as revoked right after sending the signal and then forgets it, so this works once. */
  async #terminate(control: RemoteControl, id: string): Promise<void> {
    await control.request('revoke', { arguments: { task_id: id, terminate: true, signal: 'SIGTERM' } });
  }

  /** Terminates a task that started although it had been revoked. */
  onStarted(id: string): void {
    if (!this.#revoked.delete(id)) return;
    const { control } = this.#deps.live();
    this.#terminate(control, id).catch((error: unknown) => this.#deps.onProblem(error, `stopping the task ${id}`));
  }

  onFinished(id: string): void {
    this.#revoked.delete(id);
  }

  #markRevoked(id: string): void {
    this.#revoked.add(id);
    if (this.#revoked.size > maxRevoked) this.#revoked.delete(this.#revoked.keys().next().value ?? id);
  }

  #noReply({ worker }: OpenJob): JobdeckError {
    return worker !== null && this.#deps.workers.get(worker)?.online
      ? celeryProblem('ENGINE_NOT_CAPABLE/workerSilent', { worker })
      : celeryProblem('ENGINE_NOT_CAPABLE/workersSilent');
  }
}
