/** Why a backfill is refused. */
import { defineProblems } from './define.ts';

export const backfillProblem = defineProblems({
  'INVALID_REQUEST/placeholder': {
    message: 'Unknown placeholder {placeholder}.',
    hint: 'Use one of: {placeholders}.',
  },
  'INTERNAL/backfillGroup': {
    message: 'The backfill has no group.',
    hint: 'This is a bug in Jobdeck. See daemon.log for details.',
  },
});
