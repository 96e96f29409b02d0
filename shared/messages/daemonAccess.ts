/** Reasons why a client can't use the daemon. */
import { defineProblems } from './define.ts';
import type { Problem } from './schema.ts';

export const accessProblem = defineProblems({
  'DAEMON_UNREACHABLE/notRunning': {
    message: 'The Jobdeck daemon is not running.',
    hint: 'Start it with “jobdeck daemon start”, or with the command “Jobdeck: Start Daemon” in VS Code.',
  },
  'DAEMON_UNREACHABLE/silent': {
    message: 'A Jobdeck daemon is running, but it does not respond.',
    hint: 'End its process and try again. Running jobs continue without it.',
  },
  'DAEMON_UNREACHABLE/silentProcess': {
    message: 'The Jobdeck daemon is running (process {pid}), but it does not respond.',
    hint: 'End that process and try again. Running jobs continue without it.',
  },
  'DAEMON_UNREACHABLE/elsewhere': {
    message:
      'The Jobdeck daemon of this home runs on {host} (process {pid}), or was killed there. It can’t be reached from here.',
    hint: 'Use Jobdeck there, or set JOBDECK_HOME to another folder here.',
  },
  DAEMON_UNREACHABLE: {
    message: 'Could not reach the Jobdeck daemon: {reason}.',
    hint: 'Running jobs continue without it. Check its status with “jobdeck daemon status”.',
  },
  'DAEMON_STARTING/noJobs': { message: 'The daemon is starting.', hint: 'Try again in a moment.' },
  DAEMON_STARTING: {
    message: 'The daemon is starting: {found:number} of {total:number} jobs found again.',
    hint: 'Try again in a moment.',
  },
  'PROTOCOL_MISMATCH/newerDaemon': {
    message: 'The running Jobdeck daemon (version {daemon}) is not compatible with this client (version {client}).',
    hint: 'Update this client: reload the VS Code window, or install the newer Jobdeck.',
  },
  'PROTOCOL_MISMATCH/olderDaemon': {
    message: 'The running Jobdeck daemon (version {daemon}) is not compatible with this client (version {client}).',
    hint: 'Stop the older daemon with “jobdeck daemon stop”. Running jobs continue.',
  },
  DAEMON_START_FAILED: {
    message: 'Could not start the Jobdeck daemon: {reason}.',
  },
  'DAEMON_START_FAILED/fileMissing': {
    message: 'Could not start the Jobdeck daemon: its file {file} is missing.',
    hint: 'Install Jobdeck again, or build it with “npm run build”.',
  },
  'DAEMON_START_FAILED/unexpectedOutput': {
    message: 'Could not start the Jobdeck daemon: unexpected output “{line}”.',
  },
  'DAEMON_START_FAILED/noReport': {
    message: 'Could not start the Jobdeck daemon: it was not ready after {ms:duration}.',
  },
  'DAEMON_START_FAILED/noReportOutput': {
    message: 'Could not start the Jobdeck daemon: it was not ready after {ms:duration}.',
    hint: '{output}',
  },
  'DAEMON_START_FAILED/exited': {
    message: 'Could not start the Jobdeck daemon: it exited with code {exitCode}.',
  },
  'DAEMON_START_FAILED/exitedOutput': {
    message: 'Could not start the Jobdeck daemon: it exited with code {exitCode}.',
    hint: '{output}',
  },
  'DAEMON_START_FAILED/killed': {
    message: 'Could not start the Jobdeck daemon: it was ended by {signal}.',
  },
  'DAEMON_START_FAILED/crashing': {
    message: 'The Jobdeck daemon keeps stopping right after it starts.',
    hint: 'Check the daemon log. Running jobs continue without it.',
  },
  'JOB_NOT_FOUND/removed': {
    message: 'Job {id} was removed in the meantime.',
  },
  'INTERNAL/client': {
    message: '{reason}',
    hint: 'This is a bug in Jobdeck. See its log for details.',
  },
});

/** What a daemon that is starting has found so far. */
export function startingProblem(starting: { found: number; total: number }): Problem {
  return starting.total === 0
    ? accessProblem.problem('DAEMON_STARTING/noJobs')
    : accessProblem.problem('DAEMON_STARTING', starting);
}
