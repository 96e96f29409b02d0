/** Why a log can't be read or written. */
import { defineProblems } from './define.ts';

export const logProblem = defineProblems({
  LOG_NOT_FOUND: {
    message: 'The log of this attempt was not found.',
    hint: 'The attempt may not have started, or its log was deleted.',
  },
  LOG_UNUSABLE: {
    message: 'The log {path} can’t be used: {reason}.',
    hint: 'Another program replaced the log. Delete what is in its place.',
  },
  'STORAGE_FULL/log': {
    message: 'Could not write to the log {path}: the disk is full.',
    hint: 'Free some space, then report the output again.',
  },
  'STORAGE_FAILED/log': {
    message: 'Could not write to the log {path}: {reason}.',
    hint: 'Check the permissions of the file, and the disk.',
  },
  'INVALID_REQUEST/jobId': {
    message: '“{id}” is not a job ID.',
  },
});
