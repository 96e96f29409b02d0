/** Jobs that programs outside Jobdeck run and report. */
import type { Capabilities } from '../../../shared/job.ts';
import { capabilityReason as why } from '../../../shared/messages/capabilities.ts';
import type { RetryRequest } from '../../../shared/protocol.ts';
import type { Clock } from '../../clock.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { CancelHow, EngineCalls } from '../engineCalls.ts';
import { ended } from '../lookup.ts';
import type { Removals } from '../retention/removals.ts';
import { setHeld } from '../waiting/hold.ts';
import type { AfterCommit } from '../writer.ts';
import {
  allowed,
  cancelByQueue,
  cancelUnlessEnded,
  checkAllowed,
  forceFailUnlessEnded,
  holdRules,
  inputRule,
  onceEnded,
  pauseUnsupported,
  priorityRule,
  refused,
  startRule,
} from './capability.ts';
import type { JobKindCommands } from './kind.ts';
import { cancelAttempt, refuseFromStep, refuseSignal } from './local.ts';

const notRetryable = refused(why('capability.reportedRetry'));

export function reportedCapabilities(job: JobRow): Capabilities {
  return {
    cancel: cancelUnlessEnded(job, cancelByQueue(job)),
    retry: onceEnded(job, notRetryable),
    remove: onceEnded(job, allowed),
    pause: pauseUnsupported,
    resume: pauseUnsupported,
    ...holdRules(job),
    start: startRule(job),
    priority: priorityRule(job),
    input: inputRule(job),
    forceFail: forceFailUnlessEnded(job),
  };
}

export interface ReportedJobsDeps {
  calls: EngineCalls;
  removals: Removals;
  clock: Clock;
}

export class ReportedJobs implements JobKindCommands {
  readonly #deps: ReportedJobsDeps;

  constructor(deps: ReportedJobsDeps) {
    this.#deps = deps;
  }

  cancel(tx: Tx, job: JobRow, how: CancelHow): AfterCommit {
    refuseSignal(how);
    return cancelAttempt(tx, job, how, this.#deps);
  }

  async retry(job: JobRow, { fromStep }: RetryRequest): Promise<void> {
    refuseFromStep(fromStep);
    ended(job);
    checkAllowed(notRetryable);
  }

  setHeld(tx: Tx, job: JobRow, held: boolean): void {
    setHeld(tx, job, held, this.#deps.clock.now());
  }

  /** Reported jobs run from their first report on. */
  start(_tx: Tx, job: JobRow): AfterCommit {
    checkAllowed(startRule(job));
    return null;
  }

  setPriority(_tx: Tx, job: JobRow): void {
    checkAllowed(priorityRule(job));
  }

  remove(tx: Tx, job: JobRow): AfterCommit {
    return this.#deps.removals.remove(tx, ended(job));
  }

  forceFailTargets(_tx: Tx, { id }: JobRow): string[] {
    return [id];
  }
}
