/** Why a job can't be cancelled in the requested way. */
import { defineProblems } from './define.ts';

export const cancelProblem = defineProblems({
  'ENGINE_NOT_CAPABLE/signal': {
    message: 'Only jobs that run on this machine can be sent a signal.',
    hint: 'Cancel it without one.',
  },
});
