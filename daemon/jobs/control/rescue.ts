/** The commands that reach into what runs: input for a program, and ending jobs by force. */
import type { JobDetail } from '../../../shared/job.ts';
import type { EmergencyReply, EmergencyRequest, InputReply, InputRequest } from '../../../shared/protocol.ts';
import type { Clock } from '../../clock.ts';
import type { AttemptRef } from '../../engines/engine.ts';
import type { Store } from '../../store/store.ts';
import { existing, notEnded, notFound, runsNoMore } from '../commands.ts';
import type { EngineCall, EngineCalls } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';
import type { JobCommands } from '../ports.ts';
import type { Writer } from '../writer.ts';
import { checkConfirmed, forceFailAll, forceFailOne, wasForceFailed } from './forceFail.ts';
import { checkInput, inputCall, inputFull, noteInput } from './input.ts';

/** Milliseconds that killing may take until the command answers; it goes on after that. */
const killPatience = 2_000;

export interface RescueDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
}

export class Rescue implements Pick<JobCommands, 'input' | 'forceFail' | 'forceFailAll'> {
  readonly #deps: RescueDeps;

  constructor(deps: RescueDeps) {
    this.#deps = deps;
  }

  async input(id: string, request: InputRequest): Promise<InputReply> {
    const { text, end } = checkInput(request);
    const { store, calls, writer, clock } = this.#deps;
    const call = store.read((rows) => inputCall(rows, existing(rows, id)));
    const sent = await calls.input(call, text, end);
    if (sent === null) throw runsNoMore(id);
    if (sent.taken === 0 && !sent.ended) throw inputFull(id);
    // It was sent, also when a full disk takes the note later.
    const noted = writer.certain((tx) => noteInput(tx, call.what, sent, clock.now()));
    await Promise.race([noted, writer.stuck()]);
    return sent;
  }

  async forceFail(id: string, reason?: string): Promise<JobDetail> {
    const { writer, clock, store } = this.#deps;
    const { kills } = await writer.once((tx) => forceFailOne(tx, notEnded(existing(tx, id)), reason, clock.now()));
    if (kills.length > 0) await this.#kill(kills);
    const detail = store.detail(id);
    if (!detail) throw notFound(id);
    return detail;
  }

  async forceFailAll({ confirm, reason }: EmergencyRequest): Promise<EmergencyReply> {
    const { writer, clock, store } = this.#deps;
    store.read((rows) => checkConfirmed(rows, confirm));
    const { ids, kills } = await writer.once((tx) => forceFailAll(tx, reason, clock.now()));
    if (kills.length > 0) await this.#kill(kills);
    return { failed: ids };
  }

  /** An earlier daemon may have gone between the end of a job by force and the end of its processes. */
  killLeftovers(): void {
    const { calls, store } = this.#deps;
    for (const call of calls.leftovers()) {
      if (store.read((rows) => wasForceFailed(rows, call.what))) void calls.kill(call);
      else void calls.leave(call);
    }
  }

  /** What was ended by force could not be killed. */
  async killFailed(ref: AttemptRef, reason: string): Promise<void> {
    await this.#deps.writer.certain((tx) => {
      if (!tx.job(ref.jobId)) return;
      tx.addEvent(ref.jobId, { ...timeline.killFailed(reason), at: this.#deps.clock.now(), attempt: ref.attempt });
    });
  }

  /** Kills what was ended by force; does not wait for long. */
  async #kill(calls: EngineCall<AttemptRef>[]): Promise<void> {
    let stopWaiting = () => {};
    const patience = new Promise<void>((resolve) => {
      stopWaiting = this.#deps.clock.after(killPatience, resolve);
    });
    await Promise.race([Promise.all(calls.map((call) => this.#deps.calls.kill(call))), patience]);
    stopWaiting();
  }
}
