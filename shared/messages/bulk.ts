/** Why an action on many jobs is refused. */
import { defineProblems } from './define.ts';

export const bulkProblem = defineProblems({
  'INVALID_REQUEST/idsOrFilter': {
    message: 'Either “ids” or “filter” is required.',
    hint: 'Send one of them.',
  },
});
