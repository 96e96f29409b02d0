/** Jobs that run on this machine. */
import { homedir } from 'node:os';
import { JobdeckError } from '../../../shared/errors.ts';
import type { Capabilities } from '../../../shared/job.ts';
import type { RetryRequest } from '../../../shared/protocol.ts';
import type { Clock } from '../../clock.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tx.ts';
import { requestCancel, requestRetry } from '../attempts/requests.ts';
import type { EngineCalls } from '../engineCalls.ts';
import { checkNotCancelling } from '../groups/membership.ts';
import { ended, existing, notEnded, unfinishedAttempt } from '../lookup.ts';
import { existingQueue } from '../queues/queue.ts';
import type { Removals } from '../retention/removals.ts';
import { checkCommand, checkCwd } from '../submission/checks.ts';
import { setHeld } from '../waiting/hold.ts';
import type { AfterCommit, Writer } from '../writer.ts';
import {
  allowed,
  cancelByQueue,
  cancelUnlessEnded,
  forceFailUnlessEnded,
  holdRules,
  inputRule,
  noStepResults,
  onceEnded,
  pauseUnsupported,
  refused,
  retryByQueue,
} from './capability.ts';
import type { JobKindCommands } from './kind.ts';

export function localCapabilities(job: JobRow): Capabilities {
  return {
    cancel: cancelUnlessEnded(job, cancelByQueue(job)),
    retry: onceEnded(job, retryRule(job)),
    remove: onceEnded(job, allowed),
    ...pauseRules(job),
    ...holdRules(job),
    input: inputRule(job),
    forceFail: forceFailUnlessEnded(job),
  };
}

function retryRule(job: JobRow) {
  return job.retryAllowed === null
    ? refused(`Its queue ${job.queue} has been removed. Make it again to retry the job.`)
    : retryByQueue(job);
}

function pauseRules({ status, cancelRequestedAt, pausedAt }: JobRow): Pick<Capabilities, 'pause' | 'resume'> {
  if (process.platform === 'win32') return { pause: pauseUnsupported, resume: pauseUnsupported };
  if (status !== 'running' || cancelRequestedAt !== null) {
    const reason = status === 'running' ? 'The job is being cancelled.' : `The job does not run: it is ${status}.`;
    return { pause: refused(reason), resume: refused(reason) };
  }
  return pausedAt === null
    ? { pause: allowed, resume: refused('The job is not paused.') }
    : { pause: refused('The job is already paused.'), resume: allowed };
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

  cancel(tx: Tx, job: JobRow): AfterCommit {
    return cancelAttempt(tx, job, this.#deps);
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
  { calls, clock }: Pick<LocalJobsDeps, 'calls' | 'clock'>,
): AfterCommit {
  notEnded(job);
  if (job.cancelRequestedAt !== null) return null;
  const { reason } = cancelByQueue(job);
  if (reason !== null) {
    const hint = `Let it with “jobdeck queue set ${job.queue} --cancel”, or end it with “jobdeck rescue ${job.id}”.`;
    throw new JobdeckError('FORBIDDEN_BY_QUEUE', reason.message, hint);
  }
  if (unfinishedAttempt(tx, job)) calls.checkAvailable(job.engine);
  const call = requestCancel(tx, job, clock.now());
  // The end of the job is reported; the command does not wait for it.
  return call && (() => void calls.cancel(call));
}

/** @throws JobdeckError ENGINE_NOT_CAPABLE */
export function refuseFromStep(fromStep: RetryRequest['fromStep']): void {
  if (fromStep) throw new JobdeckError('ENGINE_NOT_CAPABLE', noStepResults.reason?.message ?? '');
}

/** @throws JobdeckError JOB_NOT_FOUND, JOB_STILL_ACTIVE, UNKNOWN_QUEUE, FORBIDDEN_BY_QUEUE */
function retryable(rows: Reads, id: string): JobRow {
  const job = ended(existing(rows, id));
  existingQueue(rows, job.queue);
  const { reason } = retryByQueue(job);
  if (reason === null) return job;
  const hint = `Let them with “jobdeck queue set ${job.queue} --retry”, or submit it again.`;
  throw new JobdeckError('FORBIDDEN_BY_QUEUE', reason.message, hint);
}
