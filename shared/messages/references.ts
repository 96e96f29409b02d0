/** Why a reference to a job can't be resolved. */
import { defineProblems } from './define.ts';

export const referenceProblem = defineProblems({
  'JOB_NOT_FOUND/reference': {
    message: 'No job matches “{ref}”.',
    hint: 'Run “jobdeck ls” to list the jobs.',
  },
  AMBIGUOUS_JOB: {
    message: '“{ref}” matches several jobs.',
    hint: 'Use one of these IDs:\n{candidates}',
  },
});
