/** Jobs that run at a remote engine. */
import type { Limits, RemoteEngineName } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import type { Capabilities, Capability } from '../../../shared/job.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { RetryRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Clock } from '../../clock.ts';
import type { OpenJob, RemoteEngine } from '../../engines/remote.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tx.ts';
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
  forceFailUnlessEnded,
  onceEnded,
  pauseUnsupported,
  refused,
} from './capability.ts';
import type { JobKindCommands } from './kind.ts';

const waitsElsewhere = refused('It waits at its engine, which can’t hold it.');
const noInput = refused('It runs elsewhere: its program can’t be sent input.');

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
    input: noInput,
    forceFail: forceFailUnlessEnded(job),
  };
}

/** Whether a remote job can be run again from one of its steps. */
export function retryFromStep(job: JobRow): Capability {
  if (!isTerminal(job.status)) return refused(`The job has not ended: it is ${job.status}.`);
  const reason = limitsOf(job).retryFromStep;
  // Engines that can say so.
  return reason === undefined ? refused('Its engine does not begin with a step.') : unless(reason);
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

/** Their commands are passed on to their engine, and can fail there: CONNECTION_NOT_FOUND, CONNECTION_READ_ONLY, CONNECTION_FAILED. */
export class RemoteKind implements JobKindCommands {
  readonly #deps: RemoteKindDeps;
  /** IDs of jobs that are being run again: until the engine has answered they still look ended. */
  readonly #retrying = new Set<string>();

  constructor(deps: RemoteKindDeps) {
    this.#deps = deps;
  }

  cancel(tx: Tx, job: JobRow): AfterCommit {
    const { reach, clock } = this.#deps;
    notEnded(job);
    const engine = writableEngine(reach, job.connection ?? '');
    const open = toOpenJob(tx, job);
    if (job.cancelRequestedAt === null) {
      checkCapable(remoteCapabilities(job).cancel);
      const now = clock.now();
      tx.updateJob(job.id, { cancelRequestedAt: now, lastActivityAt: now });
      tx.addEvent(job.id, { ...timeline.cancelRequested(), at: now, attempt: job.attempt === 0 ? null : job.attempt });
    }
    return () => this.#sendCancel(engine, open);
  }

  /** The new run is another attempt of the job, whatever its engine calls it. */
  async retry({ id }: JobRow, { command, fromStep }: RetryRequest): Promise<void> {
    const { store, writer, clock, reach, inFlight } = this.#deps;
    if (command) throw new JobdeckError('INVALID_REQUEST', 'It runs elsewhere, and has no command.', 'Leave it out.');
    const { job, known } = store.read((rows) => {
      const row = ended(existing(rows, id));
      return { job: row, known: toKnownJob(rows, row) };
    });
    if (this.#retrying.has(id)) {
      const hint = 'Cancel it, or wait for its end.';
      throw new JobdeckError('JOB_STILL_ACTIVE', `The job ${id} is being run again.`, hint);
    }
    const source = { name: job.connection ?? '', engine: job.engine as RemoteEngineName };
    const engine = writableEngine(reach, source.name);
    checkCapable(fromStep ? retryFromStep(job) : remoteCapabilities(job).retry);
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
    throw new JobdeckError('ENGINE_NOT_CAPABLE', waitsElsewhere.reason?.message ?? '', 'Cancel it instead.');
  }

  remove(tx: Tx, job: JobRow): AfterCommit {
    return this.#deps.removals.remove(tx, ended(job));
  }

  forceFailTargets(_tx: Tx, { id }: JobRow): string[] {
    return [id];
  }

  /** Asks the engine to cancel; when that fails, the request is taken back. */
  async #sendCancel(engine: RemoteEngine, open: OpenJob): Promise<void> {
    try {
      await engine.cancel(open);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.#deps.writer.persist((tx) => {
        const job = tx.jobs.find(open.jobId);
        if (!job || isTerminal(job.status)) return;
        tx.updateJob(job.id, { cancelRequestedAt: null });
        tx.addEvent(job.id, { ...timeline.cancelFailed(reason), at: this.#deps.clock.now(), attempt: null });
      });
      throw error;
    }
  }
}

/** @throws JobdeckError ENGINE_NOT_CAPABLE */
function checkCapable({ reason }: Capability): void {
  if (reason !== null) throw new JobdeckError('ENGINE_NOT_CAPABLE', reason.message);
}
