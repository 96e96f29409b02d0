/** Why a report of a program on its job is refused. */
import { defineProblems } from './define.ts';

export const reportProblem = defineProblems({
  'JOB_NOT_RUNNING/report': {
    message: 'The job is not running ({status:status}).',
    hint: 'Only running jobs can be reported on.',
  },
  'ENGINE_NOT_CAPABLE/report': {
    message: 'The engine {engine} reports on this job itself.',
  },
  'ENGINE_NOT_CAPABLE/reportLog': {
    message: 'The job runs on this machine, so its log is the output of its program.',
    hint: 'Print the text instead.',
  },
  'ENGINE_NOT_CAPABLE/reportComplete': {
    message: 'The job runs on this machine, so its result is the exit status of its program.',
    hint: 'Exit with status 0.',
  },
  'ENGINE_NOT_CAPABLE/reportFail': {
    message: 'The job runs on this machine, so its result is the exit status of its program.',
    hint: 'Exit with a status other than 0.',
  },
  'INVALID_REQUEST/progressAboveTotal': {
    message: 'The progress {current} is larger than its total {total}.',
    hint: 'Report “current” and “total” together when the total changes.',
  },
  'INVALID_REQUEST/reportTime': {
    message: '“{text}” is not a valid time.',
    hint: 'Use ISO 8601, such as 2026-03-01T14:00:00Z.',
  },
  'INVALID_REQUEST/contextTooLong': {
    message: 'The context of the message has {length} characters, but the limit is {limit}.',
    hint: 'Write more to the log.',
  },
  'INVALID_REQUEST/tooManySteps': {
    message: 'The job would have {steps} steps, but the limit is {limit}.',
    hint: 'Use progress instead of steps for large numbers.',
  },
  'INVALID_REQUEST/stepLoop': {
    message: 'The step {step} is a part of itself.',
    hint: 'Correct its “parentId”.',
  },
  UNKNOWN_STEP: {
    message: 'The job has no step {step}.',
    hint: 'Its steps are: {steps}.',
  },
  'UNKNOWN_STEP/noSteps': {
    message: 'The job has no step {step}.',
    hint: 'It has no steps yet. Declare them first.',
  },
});
