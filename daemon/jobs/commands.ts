/** Commands on one job. Their differences by kind are in kinds/. */
import type { BulkAction, BulkReply, BulkRequest } from '../../shared/bulk.ts';
import type { JobDetail, Priority } from '../../shared/job.ts';
import { jobProblem } from '../../shared/messages/jobCommands.ts';
import type {
  CancelRequest,
  EmergencyReply,
  EmergencyRequest,
  InputReply,
  InputRequest,
  RetryRequest,
} from '../../shared/protocol.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Clock } from '../clock.ts';
import type { JobRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tx.ts';
import { leftoverKills } from './attempts/leftovers.ts';
import { actOnMany } from './control/bulk.ts';
import { checkConfirmed, type ForceFailed, forceFailAll, forceFailEach } from './control/forceFail.ts';
import { checkInput, inputCall, noteInput } from './control/input.ts';
import type { Killing } from './control/killing.ts';
import { markPaused, pauseCall } from './control/pausing.ts';
import type { EngineCalls } from './engineCalls.ts';
import { type JobKind, kindOf } from './kindOf.ts';
import type { JobKindCommands } from './kinds/kind.ts';
import { existing, notEnded, notFound, notRunning } from './lookup.ts';
import type { JobCommands } from './ports.ts';
import type { AfterCommit, Writer } from './writer.ts';

export interface CommandsDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  killing: Killing;
  kinds: Record<JobKind, JobKindCommands>;
  clock: Clock;
}

export class Commands implements JobCommands {
  readonly #deps: CommandsDeps;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
  }

  async cancel(id: string, request: CancelRequest = {}): Promise<JobDetail> {
    await this.#cancel(id, request);
    return this.#detail(id);
  }

  hold(id: string): Promise<JobDetail> {
    return this.#setHeld(id, true);
  }

  release(id: string): Promise<JobDetail> {
    return this.#setHeld(id, false);
  }

  async start(id: string): Promise<JobDetail> {
    // Not a command that a full disk only delays: what is not saved must not run.
    const after = await this.#deps.writer.write((tx) => {
      const job = existing(tx, id);
      return this.#kind(job).start(tx, job);
    });
    await after?.();
    return this.#detail(id);
  }

  async setPriority(id: string, priority: Priority): Promise<JobDetail> {
    await this.#change(id, (tx, job) => {
      this.#kind(job).setPriority(tx, job, priority);
      return null;
    });
    return this.#detail(id);
  }

  remove(id: string): Promise<void> {
    return this.#change(id, (tx, job) => this.#kind(job).remove(tx, job));
  }

  async retry(id: string, request: RetryRequest = {}): Promise<JobDetail> {
    await this.#retry(id, request);
    return this.#detail(id);
  }

  async setPaused(id: string, paused: boolean): Promise<JobDetail> {
    const { store, writer, calls, clock } = this.#deps;
    const call = store.read((rows) => pauseCall(rows, existing(rows, id), paused));
    if (call === null) return this.#detail(id);
    if (!(await calls.suspend(call, paused))) throw notRunning(id);
    // The processes have been paused or resumed, so this must be recorded even if a full disk delays it.
    await writer.command((tx) => markPaused(tx, call.what, paused, clock.now()));
    return this.#detail(id);
  }

  async input(id: string, request: InputRequest): Promise<InputReply> {
    const { store, writer, calls, clock } = this.#deps;
    const { text, end } = checkInput(request);
    const call = store.read((rows) => inputCall(rows, existing(rows, id)));
    const sent = await calls.input(call, text, end);
    if (sent === null) throw notRunning(id);
    if (sent.taken === 0 && !sent.ended) throw jobProblem('INPUT_FULL');
    // The input has been sent. A full disk only delays the timeline entry.
    const noted = writer.persist((tx) => noteInput(tx, call.what, sent, clock.now()));
    await Promise.race([noted, writer.stuck()]);
    return sent;
  }

  async forceFail(id: string, reason?: string): Promise<JobDetail> {
    await this.#forceFailOne(id, reason);
    return this.#detail(id);
  }

  async forceFailAll({ confirm, reason }: EmergencyRequest): Promise<EmergencyReply> {
    this.#deps.store.read((rows) => checkConfirmed(rows, confirm));
    return { failed: await this.#forceFail((tx) => forceFailAll(tx, reason, this.#deps.clock.now())) };
  }

  each(action: BulkAction, request: BulkRequest): Promise<BulkReply> {
    const actions: Record<BulkAction, (id: string) => Promise<void>> = {
      cancel: (id) => this.#cancel(id, { signal: request.signal, kill: true }),
      retry: (id) => this.#retry(id, {}),
      remove: (id) => this.remove(id),
      forceFail: (id) => this.#forceFailOne(id, request.reason),
    };
    return actOnMany(request, { store: this.#deps.store, action, act: actions[action] });
  }

  #cancel(id: string, { signal, kill }: CancelRequest): Promise<void> {
    const how = { signal: signal ?? null, kill: kill === true || signal === undefined };
    return this.#change(id, (tx, job) => this.#kind(job).cancel(tx, job, how));
  }

  async #retry(id: string, request: RetryRequest): Promise<void> {
    const job = this.#deps.store.read((rows) => existing(rows, id));
    await this.#kind(job).retry(job, request);
  }

  async #forceFailOne(id: string, reason: string | undefined): Promise<void> {
    await this.#forceFail((tx) => {
      const now = this.#deps.clock.now();
      const found = existing(tx, id);
      const leftovers = leftoverKills(tx, found, now);
      if (isTerminal(found.status) && leftovers.length > 0) return { ids: [id], kills: leftovers };
      const job = notEnded(found);
      const forced = forceFailEach(tx, this.#kind(job).forceFailTargets(tx, job), reason, now);
      return { ...forced, kills: [...forced.kills, ...leftovers] };
    });
  }

  async #setHeld(id: string, held: boolean): Promise<JobDetail> {
    await this.#change(id, (tx, job) => {
      this.#kind(job).setHeld(tx, job, held);
      return null;
    });
    return this.#detail(id);
  }

  #kind(job: JobRow): JobKindCommands {
    return this.#deps.kinds[kindOf(job)];
  }

  /** Looks up and changes a job in one transaction, then does the remaining work. */
  async #change(id: string, change: (tx: Tx, job: JobRow) => AfterCommit): Promise<void> {
    let isDone = false;
    const written = (late: AfterCommit) => {
      // On a full disk, the work was done before the change was saved.
      if (!isDone) void late?.();
    };
    const after = await this.#deps.writer.command((tx) => change(tx, existing(tx, id)), written);
    isDone = after !== null;
    if (after) await after();
  }

  async #forceFail(change: (tx: Tx) => ForceFailed): Promise<string[]> {
    const { ids, kills } = await this.#deps.writer.command(change);
    if (kills.length > 0) await this.#deps.killing.kill(kills);
    return ids;
  }

  #detail(id: string): JobDetail {
    const detail = this.#deps.store.detail(id);
    if (!detail) throw notFound(id);
    return detail;
  }
}
