/** Why the input of an agent's tool was refused. */
import { defineProblems } from './define.ts';

const hint = 'Correct it and call the tool again.';

export const agentProblem = defineProblems({
  'INVALID_REQUEST/inputMissing': { message: '“{name}” is missing.', hint },
  'INVALID_REQUEST/inputNotString': { message: '“{name}” must be a string.', hint },
  'INVALID_REQUEST/inputNotCount': { message: '“{name}” must be a whole number from 1 to {maximum}.', hint },
});
