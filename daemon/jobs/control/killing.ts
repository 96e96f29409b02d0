/** Kills the processes of attempts that were force stopped. */
import type { Message } from '../../../shared/messages/schema.ts';
import type { Clock } from '../../clock.ts';
import type { AttemptRef } from '../../engines/engine.ts';
import type { Store } from '../../store/store.ts';
import { forgetLeftovers } from '../attempts/leftovers.ts';
import type { EngineCall, EngineCalls } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';
import type { Writer } from '../writer.ts';
import { wasForceFailed } from './forceFail.ts';

/** Milliseconds a command waits for processes to be killed; killing continues after that. */
const patienceMs = 2_000;

export interface KillingDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
}

export class Killing {
  readonly #deps: KillingDeps;

  constructor(deps: KillingDeps) {
    this.#deps = deps;
  }

  /** Resolves when no process is left, or after a short time. */
  async kill(attempts: EngineCall<AttemptRef>[]): Promise<void> {
    const { calls, clock } = this.#deps;
    let stopWaiting = () => {};
    const patience = new Promise<void>((resolve) => {
      stopWaiting = clock.after(patienceMs, resolve);
    });
    await Promise.race([Promise.all(attempts.map((call) => calls.kill(call))), patience]);
    stopWaiting();
  }

  /** Kills the processes that an earlier daemon left of attempts it had force stopped. Others keep running. */
  killLeftovers(): void {
    const { calls, clock, store, writer } = this.#deps;
    const leftovers = calls.leftovers();
    const refs = leftovers.map(({ what }) => what);
    // A full disk must not delay the start.
    void writer.persist((tx) => forgetLeftovers(tx, refs, clock.now()));
    for (const call of leftovers) {
      if (store.read((rows) => wasForceFailed(rows, call.what))) void calls.kill(call);
      else void calls.leave(call);
    }
  }

  async noteFailure({ jobId, attempt }: AttemptRef, reason: Message): Promise<void> {
    const { writer, clock } = this.#deps;
    await writer.persist((tx) => {
      if (tx.jobs.find(jobId)) tx.addEvent(jobId, { ...timeline.killFailed(reason), at: clock.now(), attempt });
    });
  }
}
