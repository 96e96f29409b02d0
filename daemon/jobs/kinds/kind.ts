/** What differs between the kinds of jobs. */
import type { RetryRequest } from '../../../shared/protocol.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { AfterCommit } from '../writer.ts';

/**
 * The commands on jobs of one kind. Those with a transaction check the job and change it there; which actions apply to a
 * job is in `jobRules` (rules.ts), because the store needs it before there are any commands.
 */
export interface JobKindCommands {
  /** JOB_ALREADY_ENDED, FORBIDDEN_BY_QUEUE, ENGINE_NOT_CAPABLE. Repeating a cancel is no error. */
  cancel(tx: Tx, job: JobRow): AfterCommit;
  /** JOB_STILL_ACTIVE, FORBIDDEN_BY_QUEUE, ENGINE_NOT_CAPABLE, INVALID_REQUEST, CWD_MISSING. */
  retry(job: JobRow, request: RetryRequest): Promise<void>;
  /** Holds a job or releases it; no error when it already is as wanted. ENGINE_NOT_CAPABLE, JOB_ALREADY_STARTED. */
  setHeld(tx: Tx, job: JobRow, held: boolean): void;
  /** JOB_STILL_ACTIVE. */
  remove(tx: Tx, job: JobRow): AfterCommit;
  /** The jobs that end when this one is ended by force. */
  forceFailTargets(tx: Tx, job: JobRow): string[];
}
