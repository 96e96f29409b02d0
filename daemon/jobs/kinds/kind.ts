/** The commands that differ between the kinds of jobs. */
import type { Priority } from '../../../shared/job.ts';
import type { RetryRequest } from '../../../shared/protocol.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { CancelHow } from '../engineCalls.ts';
import type { AfterCommit } from '../writer.ts';

/**
 * Commands on jobs of one kind. Those with a transaction check and change the job in it. `jobRules` (rules.ts) decides
 * which actions apply to a job, because the store needs that before the commands exist.
 */
export interface JobKindCommands {
  /**
   * Stops a job, or only sends it a signal. Can be repeated. JOB_ALREADY_ENDED, FORBIDDEN_BY_QUEUE, ENGINE_NOT_CAPABLE.
   */
  cancel(tx: Tx, job: JobRow, how: CancelHow): AfterCommit;
  /** JOB_STILL_ACTIVE, FORBIDDEN_BY_QUEUE, ENGINE_NOT_CAPABLE, INVALID_REQUEST, CWD_MISSING. */
  retry(job: JobRow, request: RetryRequest): Promise<void>;
  /** Holds or releases a job. Can be repeated. ENGINE_NOT_CAPABLE, JOB_ALREADY_STARTED. */
  setHeld(tx: Tx, job: JobRow, held: boolean): void;
  /** Starts a job that waits. Does nothing if it has started. ENGINE_NOT_CAPABLE, JOB_ALREADY_ENDED, UNKNOWN_QUEUE. */
  start(tx: Tx, job: JobRow): AfterCommit;
  /** Changes the priority of a job that has not started. Can be repeated. ENGINE_NOT_CAPABLE. */
  setPriority(tx: Tx, job: JobRow, priority: Priority): void;
  /** JOB_STILL_ACTIVE. */
  remove(tx: Tx, job: JobRow): AfterCommit;
  /** The jobs that are stopped when this one is force stopped. */
  forceFailTargets(tx: Tx, job: JobRow): string[];
}
