/** Why a job can't be submitted. */
import { defineProblems } from './define.ts';

export const submissionProblem = defineProblems({
  EMPTY_COMMAND: {
    message: 'The command is empty.',
    hint: 'Specify a program, for example: jobdeck run -- make test',
  },
  'INVALID_REQUEST/commandNul': {
    message: 'The command contains a NUL character.',
    hint: 'Remove it.',
  },
  'INVALID_REQUEST/environmentNul': {
    message: 'The environment variable {variable} contains a NUL character.',
    hint: 'Remove it.',
  },
  'INVALID_REQUEST/commandCharacters': {
    message: 'The command contains half of a character (an unpaired surrogate).',
    hint: 'Remove it.',
  },
  'INVALID_REQUEST/environmentCharacters': {
    message: 'The environment variable {variable} contains half of a character (an unpaired surrogate).',
    hint: 'Remove it.',
  },
  'CWD_MISSING/relative': {
    message: 'The working folder {cwd} is not an absolute path.',
    hint: 'Use its full path.',
  },
  CWD_MISSING: {
    message: 'The working folder {cwd} does not exist.',
    hint: 'Create it, or use another folder with --cwd.',
  },
  'CWD_MISSING/notFolder': {
    message: 'The working folder {cwd} is not a folder.',
    hint: 'Use another folder with --cwd.',
  },
  'CWD_MISSING/unusable': {
    message: 'The working folder {cwd} can’t be used: {reason}.',
    hint: 'Use another folder with --cwd.',
  },
  'INVALID_REQUEST/startTime': {
    message: '“{time}” is not a valid start time.',
    hint: 'Use ISO 8601 with a time zone, such as 2026-03-01T14:00:00Z.',
  },
  'INVALID_REQUEST/startTimeTooLate': {
    message: 'The start time {time} is more than ten years away.',
    hint: 'Use an earlier time.',
  },
  'ENGINE_NOT_CAPABLE/noInputHere': {
    message: 'Jobs can’t be sent input on this system.',
    hint: 'Leave out --stdin, and let the program read from a file.',
  },
});
