/** How the status in a fact changes a remote job. Facts may arrive twice, late and in any order. Pure. */
import type { JobStatus } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';

/**
 * The state of a job: its status, the number of its latest attempt (0: none yet), and whether that is over for good.
 */
export interface RemoteState {
  status: JobStatus;
  attempt: number;
  /** False for an attempt that is `lost`: any sign of life continues it. */
  over: boolean;
}

export type Transition = 'wait' | 'run' | 'end' | 'lose';

/**
 * The transition for a fact's status of the attempt `number`; null if nothing changes. `hasStarted`: the fact contains
 * a start time.
 */
export function transitionOf(
  { status, attempt, over }: RemoteState,
  number: number,
  reported: JobStatus,
  hasStarted = false,
): Transition | null {
  const isLate = number < attempt || (number === attempt && over);
  if (isLate) return null;
  const isNew = number > attempt;
  switch (reported) {
    case 'pending':
      return null;
    case 'waiting':
      // A "waiting" fact may arrive after "started", unless it knows of the start: then a started attempt waits.
      // A lost job may have been queued again.
      return isNew || hasStarted || status === 'lost' || status === 'waiting' ? 'wait' : null;
    case 'running':
      return isNew || status !== 'running' ? 'run' : null;
    case 'lost':
      return isTerminal(status) ? null : 'lose';
    default:
      return 'end';
  }
}
