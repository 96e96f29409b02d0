/** Why a job waits. `waitSentence` combines the reason and its details. */
import { defineMessages } from './define.ts';

/** A short label for each reason. */
export const waitReason = defineMessages({
  'waitReason.rateLimit': 'rate limit',
  'waitReason.queueFull': 'queue full',
  'waitReason.queuePaused': 'queue paused',
  'waitReason.groupFull': 'group limit',
  'waitReason.dependency': 'after another job',
  'waitReason.delay': 'starts later',
  'waitReason.hold': 'on hold',
  'waitReason.remoteWorker': 'no worker yet',
  'waitReason.retryBackoff': 'retry scheduled',
});

/** What exactly a job waits for. */
export const waitDetail = defineMessages({
  'wait.places': '{taken} of {limit}',
  'wait.job': '“{job}”',
  'wait.jobs': { one: '“{job}” and {count} other job', other: '“{job}” and {count} other jobs' },
  'wait.retry': '{retry} of {of}',
  'wait.functionPaused': 'function paused',
  'wait.throttle': '{limit} per {period}',
  'wait.sleep': 'sleeping',
  'wait.startsLater': 'starts later',
});
