/** Why an attempt failed, where its engine does not say. */
import { defineProblems } from './define.ts';

const silentHint =
  'Its program may have ended or lost its connection. If it is silent for longer, give the job a larger “heartbeatMs”.';

export const jobFailure = defineProblems({
  'SIGNAL/plain': {
    message: 'The command was ended by {signal}.',
    hint: 'Check its log for details.',
  },
  'EXIT_CODE/plain': {
    message: 'The command failed with exit code {exitCode}.',
    hint: 'Check its log for details.',
  },
  'NO_EXIT_STATUS/plain': {
    message: 'The command ended without an exit status.',
    hint: 'Check its log for details.',
  },
  'START_FAILED/launch': {
    message: 'The command could not be started: {reason}',
    hint: 'See daemon.log for details.',
  },
  'START_FAILED/launches': {
    message: 'The command did not start after {launches} launches.',
    hint: 'See daemon.log for details.',
  },
  TIME_LIMIT: {
    message: 'The job ran longer than its timeout of {limit:duration}.',
    hint: 'Use a longer --timeout, or set a longer timeout for its queue.',
  },
  'TIME_LIMIT/reported': {
    message: 'The job ran longer than its timeout of {limit:duration}.',
    hint: 'Its program may still be running. Let it start the job with a larger “timeLimitMs”, or with null for none.',
  },
  FORCE_FAILED: {
    message: 'The job was force stopped.',
    hint: 'Its work may be incomplete. Check that, then retry the job.',
  },
  'FORCE_FAILED/reason': {
    message: 'The job was force stopped: {reason}',
    hint: 'Its work may be incomplete. Check that, then retry the job.',
  },
  HEARTBEAT_LOST: {
    message: 'The job did not report for {time:duration}.',
    hint: silentHint,
  },
  'HEARTBEAT_LOST/window': {
    message: 'The window that tracked the job did not report for {time:duration}. It was closed or does not respond.',
    hint: 'The job may still be running, but its end will not be noticed.',
  },
});
