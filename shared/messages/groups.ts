/** Why a command on a group is refused, and why a group failed. */
import { defineProblems } from './define.ts';

export const groupProblem = defineProblems({
  'JOB_ALREADY_ENDED/group': {
    message: 'The group has already finished ({status:status}).',
  },
  'JOB_STILL_ACTIVE/group': {
    message: 'The group has not finished yet ({status:status}).',
    hint: 'Cancel it, or wait until it has finished.',
  },
  'JOB_STILL_ACTIVE/groupCancelling': {
    message: 'The group {group} is being cancelled.',
    hint: 'Wait until it has finished, or use another group.',
  },
  'JOB_STILL_ACTIVE/noneFailed': {
    message: 'No job of the group has failed so far.',
    hint: 'Cancel the group, or wait until it has finished.',
  },
  'FORBIDDEN_BY_QUEUE/group': {
    message: 'None of these jobs of the group can be retried.',
  },
  'ENGINE_NOT_CAPABLE/groupHold': {
    message: 'A group can’t be held.',
    hint: 'Hold its jobs, or pause their queue.',
  },
  'INVALID_REQUEST/groupCommand': {
    message: 'A group has no command.',
    hint: 'Retry one of its jobs with the command.',
  },
  'INVALID_REQUEST/groupMissing': {
    message: '“{field}” can only be set for a job in a group.',
    hint: 'Name the group with “group”.',
  },
  'INVALID_REQUEST/groupNameEmpty': {
    message: 'The name of the group is empty.',
    hint: 'Give the group a name.',
  },
});

const hint = 'Retry the group to rerun only the jobs that did not complete.';

/** `all` jobs, of which `count` failed or were lost; `names` are the titles of the first ones. */
export const groupFailure = defineProblems({
  CHILD_FAILED: {
    message: { one: '1 of {all} jobs failed: {names}.', other: '{count} of {all} jobs failed: {names}.' },
    hint,
  },
  'CHILD_FAILED/only': {
    message: 'The only job of the group failed: {names}.',
    hint,
  },
  'CHILD_FAILED/many': {
    message: '{count} of {all} jobs failed, including {names}.',
    hint,
  },
  'CHILD_FAILED/lost': {
    message: { one: '1 of {all} jobs was lost: {names}.', other: '{count} of {all} jobs were lost: {names}.' },
    hint,
  },
  'CHILD_FAILED/onlyLost': {
    message: 'The only job of the group was lost: {names}.',
    hint,
  },
  'CHILD_FAILED/manyLost': {
    message: '{count} of {all} jobs were lost, including {names}.',
    hint,
  },
});
