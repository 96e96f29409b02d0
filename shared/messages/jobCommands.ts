/** Why a command on a job is refused. */
import { defineProblems } from './define.ts';

export const jobProblem = defineProblems({
  JOB_ALREADY_ENDED: {
    message: 'The job has already finished ({status:status}).',
  },
  JOB_STILL_ACTIVE: {
    message: 'The job has not finished yet ({status:status}).',
    hint: 'Cancel it, or wait until it has finished.',
  },
  'JOB_STILL_ACTIVE/retrying': {
    message: 'The job is already being retried.',
    hint: 'Cancel it, or wait until it has finished.',
  },
  JOB_ALREADY_STARTED: {
    message: 'The job has already started.',
    hint: 'To hold it, cancel and retry it first.',
  },
  JOB_NOT_RUNNING: {
    message: 'The job is not running ({status:status}).',
  },
  'JOB_NOT_RUNNING/ended': {
    message: 'The job is no longer running.',
    hint: 'Run “jobdeck show {id}” to see how it ended.',
  },
  'JOB_NOT_RUNNING/pause': {
    message: '{reason}',
    hint: 'Only running jobs can be paused.',
  },
  'JOB_NOT_RUNNING/input': {
    message: 'The job is not running ({status:status}).',
    hint: 'Input can only be sent to running jobs.',
  },
  'ENGINE_NOT_CAPABLE/action': {
    message: '{reason}',
  },
  'ENGINE_NOT_CAPABLE/hold': {
    message: '{reason}',
    hint: 'Cancel the job instead.',
  },
  'ENGINE_NOT_CAPABLE/noStdin': {
    message: '{reason}',
    hint: 'Submit it with --stdin to send it input.',
  },
  'ENGINE_NOT_CAPABLE/notConfigured': {
    message: 'The engine {engine} is not configured.',
    hint: 'Configure it, then try again.',
  },
  'ENGINE_NOT_CAPABLE/pause': {
    message: 'The engine {engine} can’t pause jobs.',
  },
  'ENGINE_NOT_CAPABLE/input': {
    message: 'The engine {engine} can’t send input to jobs.',
  },
  'FORBIDDEN_BY_QUEUE/cancel': {
    message: 'The queue {queue} does not allow cancelling its jobs.',
    hint: 'Allow it with “jobdeck queue set {queue} --cancel”, or stop the job with “jobdeck kill {id}”.',
  },
  'FORBIDDEN_BY_QUEUE/retry': {
    message: 'The queue {queue} does not allow retrying its jobs.',
    hint: 'Allow it with “jobdeck queue set {queue} --retry”, or submit the job again.',
  },
  'INVALID_REQUEST/remoteCommand': {
    message: 'The job does not run on this machine, so it can’t be retried with another command.',
    hint: 'Leave out the command.',
  },
  'INVALID_REQUEST/noInput': {
    message: 'There is no input to send.',
    hint: 'Send a text, or end the input.',
  },
  INPUT_FULL: {
    message: 'The program does not read its input, and the input buffer is full.',
    hint: 'Nothing was sent. Try again when the program has read its input. Its log may show what it is waiting for.',
  },
  CONFIRMATION_NEEDED: {
    message: {
      one: 'This would force stop 1 job and kill its processes.',
      other: 'This would force stop {count} jobs and kill their processes.',
    },
    hint: 'Confirm it with “confirm”: true in the request, or with --yes on the command line.',
  },
});
