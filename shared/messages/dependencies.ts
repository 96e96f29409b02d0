/** Why a job can't depend on another one, and why it was cancelled because of one. */
import { defineProblems } from './define.ts';

export const dependencyProblem = defineProblems({
  'JOB_NOT_FOUND/dependency': {
    message: 'There is no job {id} to run after.',
    hint: 'It may have been removed.',
  },
  'INVALID_REQUEST/dependencyTwice': {
    message: 'The job can’t run after {id} both on success and in any case.',
    hint: 'Name it only in “after” or only in “afterAny”.',
  },
  'INVALID_REQUEST/dependencyOnGroup': {
    message: 'The job can’t run after its own group, which waits for it.',
    hint: 'Submit it outside the group, or after other jobs.',
  },
});

const hint = 'Retry that job, then this one. With --after-any, a job runs however the other job ends.';

export const dependencyFailure = defineProblems({
  'DEPENDENCY_FAILED/failed': { message: 'It depends on `{title}` ({id}), which failed.', hint },
  'DEPENDENCY_FAILED/cancelled': { message: 'It depends on `{title}` ({id}), which was cancelled.', hint },
  'DEPENDENCY_FAILED/lost': { message: 'It depends on `{title}` ({id}), which was lost.', hint },
});
