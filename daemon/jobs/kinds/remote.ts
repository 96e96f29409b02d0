/** Jobs of remote engines. */
import type { Limits, RemoteEngineName } from '../../../shared/connection.ts';
import type { Capabilities, Capability } from '../../../shared/job.ts';
import { capabilityReason as why } from '../../../shared/messages/capabilities.ts';
import { jobProblem } from '../../../shared/messages/jobCommands.ts';
import { reasonOf } from '../../../shared/messages/nested.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { RetryRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Clock } from '../../clock.ts';
import type { OpenJob, RemoteEngine } from '../../engines/remote.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tx.ts';
import type { CancelHow } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';
import { ended, existing, notEnded } from '../lookup.ts';
import type { InFlight } from '../remote/inFlight.ts';
import { toKnownJob, toOpenJob } from '../remote/openJob.ts';
import { type Reach, writableEngine } from '../remote/reach.ts';
import { markResent } from '../remote/sending.ts';
import type { Removals } from '../retention/removals.ts';
import type { AfterCommit, Writer } from '../writer.ts';
import {
  allowed,
  cancelUnlessEnded,
  checkAllowed,
  forceFailUnlessEnded,
  onceEnded,
  pauseUnsupported,
  refused,
  stillActive,
} from './capability.ts';
import type { JobKindCommands } from './kind.ts';
import { refuseSignal } from './local.ts';

const waitsElsewhere = refused(why('capability.remoteHold'));
const startsElsewhere = refused(why('capability.remoteStart'));
const noInput = refused(why('capability.remoteInput'));

export function remoteCapabilities(job: JobRow): Capabilities {
  const { cancel, retry } = limitsOf(job);
  return {
    cancel: cancelUnlessEnded(job, unless(cancel)),
    retry: onceEnded(job, unless(retry)),
    remove: onceEnded(job, allowed),
    pause: pauseUnsupported,
    resume: pauseUnsupported,
    hold: waitsElsewhere,
    release: waitsElsewhere,
    start: startsElsewhere,
    priority: startsElsewhere,
    input: noInput,
    forceFail: forceFailUnlessEnded(job),
  };
}

/** Whether a remote job can be retried from one of its steps. */
export function retryFromStep(job: JobRow): Capability {
  if (!isTerminal(job.status)) return stillActive(job);
  const reason = limitsOf(job).retryFromStep;
  // Engines that support this set the limit, to null if it is possible.
  return reason === undefined ? refused(why('capability.remoteSteps')) : unless(reason);
}

function unless(reason: Message | null | undefined): Capability {
  return reason ? refused(reason) : allowed;
}

function limitsOf({ remoteLimits }: JobRow): Limits {
  return remoteLimits === null ? {} : (JSON.parse(remoteLimits) as Limits);
}

export interface RemoteKindDeps {
  store: Store;
  writer: Writer;
  removals: Removals;
  clock: Clock;
  reach: Reach;
  inFlight: InFlight;
}

/**
 * Commands are forwarded to the engine, and can fail there: CONNECTION_NOT_FOUND, CONNECTION_READ_ONLY,
 * CONNECTION_FAILED.
 */
export class RemoteKind implements JobKindCommands {
  readonly #deps: RemoteKindDeps;
  /** IDs of jobs that are being retried: until the engine responds, they still look finished. */
  readonly #retrying = new Set<string>();

  constructor(deps: RemoteKindDeps) {
    this.#deps = deps;
  }

  cancel(tx: Tx, job: JobRow, how: CancelHow): AfterCommit {
    refuseSignal(how);
    const { reach, clock } = this.#deps;
    notEnded(job);
    const engine = writableEngine(reach, job.connection ?? '');
    const open = toOpenJob(tx, job);
    if (job.cancelRequestedAt === null) {
      checkAllowed(remoteCapabilities(job).cancel);
      const now = clock.now();
      tx.updateJob(job.id, { cancelRequestedAt: now, lastActivityAt: now });
      tx.addEvent(job.id, { ...timeline.cancelRequested(), at: now, attempt: job.attempt === 0 ? null : job.attempt });
    }
    return () => this.#sendCancel(engine, open);
  }

  /** The new run is another attempt of the job, whatever its engine calls it. */
  async retry({ id }: JobRow, { command, fromStep }: RetryRequest): Promise<void> {
    const { store, writer, clock, reach, inFlight } = this.#deps;
    if (command) throw jobProblem('INVALID_REQUEST/remoteCommand');
    const { job, known } = store.read((rows) => {
      const row = ended(existing(rows, id));
      return { job: row, known: toKnownJob(rows, row) };
    });
    if (this.#retrying.has(id)) throw jobProblem('JOB_STILL_ACTIVE/retrying');
    const source = { name: job.connection ?? '', engine: job.engine as RemoteEngineName };
    const engine = writableEngine(reach, source.name);
    checkAllowed(fromStep ? retryFromStep(job) : remoteCapabilities(job).retry);
    this.#retrying.add(id);
    const again = inFlight.during(source, async () => {
      // The key stays the same for the same attempt, so that an engine that knows keys runs it only once.
      const key = `${id}.${job.attempt + 1}`;
      const { externalId } = await engine.retry(known, { key, ...(fromStep ? { fromStep } : {}) });
      await writer.persist((tx) => markResent(tx, source.name, id, externalId, clock.now()));
    });
    await again.finally(() => this.#retrying.delete(id));
  }

  setHeld(_tx: Tx, _job: JobRow): void {
    throw jobProblem('ENGINE_NOT_CAPABLE/hold', { reason: why('capability.remoteHold') });
  }

  start(): AfterCommit {
    checkAllowed(startsElsewhere);
    return null;
  }

  setPriority(): void {
    checkAllowed(startsElsewhere);
  }

  remove(tx: Tx, job: JobRow): AfterCommit {
    return this.#deps.removals.remove(tx, ended(job));
  }

  forceFailTargets(_tx: Tx, { id }: JobRow): string[] {
    return [id];
  }

  /** Asks the engine to cancel. If that fails, the request is withdrawn. */
  async #sendCancel(engine: RemoteEngine, open: OpenJob): Promise<void> {
    try {
      await engine.cancel(open);
    } catch (error) {
      await this.#deps.writer.persist((tx) => {
        const job = tx.jobs.find(open.jobId);
        if (!job || isTerminal(job.status)) return;
        tx.updateJob(job.id, { cancelRequestedAt: null });
        tx.addEvent(job.id, { ...timeline.cancelFailed(reasonOf(error)), at: this.#deps.clock.now(), attempt: null });
      });
      throw error;
    }
  }
}
