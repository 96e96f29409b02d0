/** Sends signals to processes that were just found to be a job's. */
import { isErrno } from '../errno.ts';
import type { Process } from './table.ts';

export type Kill = (pid: number, signal: NodeJS.Signals) => void;

/** Signals each process. Returns the ones that belong to another user, which the system forbids to signal. */
export function signalEach(processes: readonly Process[], signal: NodeJS.Signals, kill: Kill = sendSignal): Process[] {
  return processes.filter(({ pid }) => {
    if (pid <= 1 || pid === process.pid) throw new Error(`Process ${pid} can't be a job's.`);
    try {
      kill(pid, signal);
      return false;
    } catch (error) {
      if (isErrno(error, 'EPERM')) return true;
      // It has just ended.
      if (isErrno(error, 'ESRCH')) return false;
      throw error;
    }
  });
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
}
