/** Why a command on a queue is refused. */
import { defineProblems } from './define.ts';

export const queueProblem = defineProblems({
  UNKNOWN_QUEUE: {
    message: 'There is no queue {queue}.',
    hint: 'The queues are: {queues}. Create it with “jobdeck queue set {queue}”.',
  },
  'QUEUE_IN_USE/default': {
    message: 'The queue {queue} can’t be removed.',
    hint: 'It is the default queue for jobs.',
  },
  'QUEUE_IN_USE/jobs': {
    message: {
      one: 'The queue {queue} has 1 unfinished job.',
      other: 'The queue {queue} has {count} unfinished jobs.',
    },
    hint: 'Cancel its jobs, or wait until they have finished.',
  },
  'QUEUE_IN_USE/schedule': {
    message: 'The schedule {schedule} submits jobs to the queue {queue}.',
    hint: 'Remove the schedule, or set another queue for it.',
  },
  'QUEUE_IN_USE/schedules': {
    message: {
      one: 'The schedule {schedule} and 1 other submit jobs to the queue {queue}.',
      other: 'The schedule {schedule} and {count} others submit jobs to the queue {queue}.',
    },
    hint: 'Remove these schedules, or set another queue for them.',
  },
});
