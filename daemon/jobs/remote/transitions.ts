/** What a fact's status makes of a job that runs elsewhere. Facts come twice, late and in any order. Pure. */
import type { JobStatus } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';

/** How a job stands: its status, the number of its latest attempt (0: none yet), and whether that has ended for good. */
export interface Stand {
  status: JobStatus;
  attempt: number;
  /** An attempt that is `lost` has not: any sign of life takes it up again. */
  over: boolean;
}

export type Move = 'wait' | 'run' | 'end' | 'lose';

/**
 * The status a fact tells, of the job's attempt `number`; null when that changes nothing. `begun`: the fact knows that
 * the attempt has begun.
 */
export function moveOf({ status, attempt, over }: Stand, number: number, told: JobStatus, begun = false): Move | null {
  const isLate = number < attempt || (number === attempt && over);
  if (isLate) return null;
  const isNew = number > attempt;
  switch (told) {
    case 'pending':
      return null;
    case 'waiting':
      // The news that it waited may be older than that of its start, unless it knows of that: then it waits in the middle.
      // After a loss it may have been queued again.
      return isNew || begun || status === 'lost' || status === 'waiting' ? 'wait' : null;
    case 'running':
      return isNew || status !== 'running' ? 'run' : null;
    case 'lost':
      return isTerminal(status) ? null : 'lose';
    default:
      return 'end';
  }
}
