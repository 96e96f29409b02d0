/** Why a command on a remote job is refused, and why one failed or was lost. */
import { defineMessages, defineProblems } from './define.ts';

export const connectionProblem = defineProblems({
  CONNECTION_READ_ONLY: {
    message: 'The connection {connection} is read-only.',
    hint: 'Add it again without --read-only.',
  },
  'CONNECTION_NOT_FOUND/noEngines': {
    message: 'There is no connection {connection}.',
    hint: 'Add it with “jobdeck engine add”.',
  },
});

export const remoteFailure = defineProblems({
  'REMOTE_FAILED/unexplained': {
    message: 'The job failed.',
    hint: 'Its engine did not report a reason.',
  },
  CONNECTION_REMOVED: {
    message: 'The connection {connection} was removed.',
    hint: 'Add it again under this name to follow the job.',
  },
  SUBMIT_UNCERTAIN: {
    message: 'The job may not have arrived at its engine: {reason}',
    hint: 'Check the engine before you submit it again. If the job runs, it will appear here.',
  },
});

/** Why it is not known whether a job arrived. */
export const uncertainReason = defineMessages({
  'remote.stoppedWhileSending': 'the daemon stopped while it was being sent.',
});
