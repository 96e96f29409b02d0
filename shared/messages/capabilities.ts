/** Why an action does not apply to a job. */
import { defineMessages } from './define.ts';

export const capabilityReason = defineMessages({
  'capability.finished': 'The job has already finished ({status:status}).',
  'capability.active': 'The job has not finished yet ({status:status}).',
  'capability.activeCancelling': 'The job has not finished yet: it is being cancelled.',
  'capability.cancelling': 'The job is already being cancelled.',
  'capability.queueForbidsCancel': 'The queue {queue} does not allow cancelling its jobs.',
  'capability.queueForbidsRetry': 'The queue {queue} does not allow retrying its jobs.',
  'capability.queueRemoved': 'The queue {queue} was removed. Create it again to retry the job.',
  'capability.started': 'Only a job that has not started can be held.',
  'capability.held': 'The job is already on hold.',
  'capability.notHeld': 'The job is not on hold.',
  'capability.notRunning': 'The job is not running ({status:status}).',
  'capability.beingCancelled': 'The job is being cancelled.',
  'capability.paused': 'The job is already paused.',
  'capability.notPaused': 'The job is not paused.',
  'capability.noPause': 'Only jobs that run on this machine can be paused, and not on Windows.',
  'capability.noStdin': 'The job was submitted without --stdin, so its program has no input.',
  'capability.noSteps': 'The engine does not keep the results of steps, so a job can’t be retried from a step.',
  'capability.groupPause': 'A group can’t be paused. Pause its jobs or their queue instead.',
  'capability.groupHold': 'A group can’t be held. Hold its jobs, or pause their queue.',
  'capability.groupInput': 'A group has no input. Send it to one of its jobs.',
  'capability.reportedRetry': 'The job was reported by a program outside Jobdeck. Start that program again.',
  'capability.remoteHold': 'The job waits at its engine, which can’t hold it.',
  'capability.remoteInput': 'The job does not run on this machine, so its program can’t be sent input.',
  'capability.remoteSteps': 'The engine can’t retry a job from a step.',
});
