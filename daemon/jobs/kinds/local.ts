/** Jobs that run on this machine. */
import { homedir } from 'node:os';
import type { Capabilities, Priority } from '../../../shared/job.ts';
import { cancelProblem } from '../../../shared/messages/cancels.ts';
import { capabilityReason as why } from '../../../shared/messages/capabilities.ts';
import { jobProblem } from '../../../shared/messages/jobCommands.ts';
import type { RetryRequest } from '../../../shared/protocol.ts';
import type { Clock } from '../../clock.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tx.ts';
import { requestCancel, requestRetry } from '../attempts/requests.ts';
import { startNow } from '../dispatching/start.ts';
import type { CancelHow, EngineCalls } from '../engineCalls.ts';
import { checkNotCancelling } from '../groups/membership.ts';
import { ended, existing, isBeingStopped, notEnded, unfinishedAttempt } from '../lookup.ts';
import { existingQueue } from '../queues/queue.ts';
import type { Removals } from '../retention/removals.ts';
import { checkCommand, checkCwd } from '../submission/checks.ts';
import { setHeld } from '../waiting/hold.ts';
import { setPriority } from '../waiting/priority.ts';
import type { AfterCommit, Writer } from '../writer.ts';
import {
  allowed,
  cancelByQueue,
  cancelUnlessEnded,
  checkAllowed,
  forceFailUnlessEnded,
  holdRules,
  inputRule,
  noStepResults,
  onceEnded,
  pauseUnsupported,
  priorityRule,
  refused,
  retryByQueue,
  startRule,
} from './capability.ts';
import type { JobKindCommands } from './kind.ts';

export function localCapabilities(job: JobRow): Capabilities {
  return {
    cancel: cancelUnlessEnded(job, cancelByQueue(job)),
    retry: onceEnded(job, retryRule(job)),
    remove: onceEnded(job, allowed),
    ...pauseRules(job),
    ...holdRules(job),
    start: startRule(job),
    priority: priorityRule(job),
    input: inputRule(job),
    forceFail: forceFailUnlessEnded(job),
  };
}

function retryRule(job: JobRow) {
  return job.retryAllowed === null ? refused(why('capability.queueRemoved', { queue: job.queue })) : retryByQueue(job);
}

function pauseRules({ status, cancelRequestedAt, pausedAt }: JobRow): Pick<Capabilities, 'pause' | 'resume'> {
  if (process.platform === 'win32') return { pause: pauseUnsupported, resume: pauseUnsupported };
  if (status !== 'running' || cancelRequestedAt !== null) {
    const rule = refused(
      status === 'running' ? why('capability.beingCancelled') : why('capability.notRunning', { status }),
    );
    return { pause: rule, resume: rule };
  }
  return pausedAt === null
    ? { pause: allowed, resume: refused(why('capability.notPaused')) }
    : { pause: refused(why('capability.paused')), resume: allowed };
}

export interface LocalJobsDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  removals: Removals;
  clock: Clock;
}

export class LocalJobs implements JobKindCommands {
  readonly #deps: LocalJobsDeps;

  constructor(deps: LocalJobsDeps) {
    this.#deps = deps;
  }

  cancel(tx: Tx, job: JobRow, how: CancelHow): AfterCommit {
    return cancelAttempt(tx, job, how, this.#deps);
  }

  async retry({ id }: JobRow, { command, fromStep }: RetryRequest): Promise<void> {
    const { store, writer, calls, clock } = this.#deps;
    refuseFromStep(fromStep);
    const { cwd } = store.read((rows) => retryable(rows, id));
    if (command) checkCommand(command);
    await checkCwd(cwd ?? homedir());
    await writer.write((tx) => {
      const job = retryable(tx, id);
      calls.checkAvailable(job.engine);
      if (job.parentId !== null) checkNotCancelling(tx.jobs.find(job.parentId));
      requestRetry(tx, job, command, clock.now());
    });
  }

  setHeld(tx: Tx, job: JobRow, held: boolean): void {
    setHeld(tx, job, held, this.#deps.clock.now());
  }

  start(tx: Tx, job: JobRow): AfterCommit {
    const { calls, clock } = this.#deps;
    calls.checkAvailable(job.engine);
    const launch = startNow(tx, job, clock.now());
    return launch && (() => void calls.start(launch));
  }

  setPriority(tx: Tx, job: JobRow, priority: Priority): void {
    setPriority(tx, job, priority, this.#deps.clock.now());
  }

  remove(tx: Tx, job: JobRow): AfterCommit {
    return this.#deps.removals.remove(tx, ended(job));
  }

  forceFailTargets(_tx: Tx, { id }: JobRow): string[] {
    return [id];
  }
}

/** Cancels a job whose engine is one of the daemon's own. */
export function cancelAttempt(
  tx: Tx,
  job: JobRow,
  how: CancelHow,
  { calls, clock }: Pick<LocalJobsDeps, 'calls' | 'clock'>,
): AfterCommit {
  notEnded(job);
  if (!isBeingStopped(job) && !cancelByQueue(job).allowed) {
    throw jobProblem('FORBIDDEN_BY_QUEUE/cancel', { queue: job.queue, id: job.id });
  }
  if (unfinishedAttempt(tx, job)) calls.checkAvailable(job.engine);
  const call = requestCancel(tx, job, how, clock.now());
  // The end of the job is reported; the command does not wait for it.
  return call && (() => void calls.cancel(call));
}

/**
 * Only the processes of local jobs can be sent a signal.
 * @throws JobdeckError ENGINE_NOT_CAPABLE
 */
export function refuseSignal({ signal }: CancelHow): void {
  if (signal !== null) throw cancelProblem('ENGINE_NOT_CAPABLE/signal');
}

/** @throws JobdeckError ENGINE_NOT_CAPABLE */
export function refuseFromStep(fromStep: RetryRequest['fromStep']): void {
  if (fromStep) checkAllowed(noStepResults);
}

/** @throws JobdeckError JOB_NOT_FOUND, JOB_STILL_ACTIVE, UNKNOWN_QUEUE, FORBIDDEN_BY_QUEUE */
function retryable(rows: Reads, id: string): JobRow {
  const job = ended(existing(rows, id));
  existingQueue(rows, job.queue);
  if (retryByQueue(job).allowed) return job;
  throw jobProblem('FORBIDDEN_BY_QUEUE/retry', { queue: job.queue });
}
