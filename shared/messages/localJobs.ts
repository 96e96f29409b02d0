/** Why an attempt of a local job failed, and why input could not be sent to it. */
import { defineProblems } from './define.ts';

export const localProblem = defineProblems({
  EXIT_CODE: {
    message: 'The command failed with exit code {exitCode}.',
    hint: 'Check its output for the reason.',
  },
  'EXIT_CODE/noOutput': {
    message: 'The command failed with exit code {exitCode}.',
    hint: 'It printed nothing. Make it print more, then retry the job.',
  },
  'EXIT_CODE/orSignal': {
    message: 'The command failed with exit code {exitCode} (128 + {signal}).',
    hint: 'It returned this code, or signal {signal} ended it. Check its output for the reason.',
  },
  SIGNAL: {
    message: 'The command was ended by {signal}.',
    hint: 'The signal came from outside, or the program crashed. Check its output for the reason.',
  },
  'SIGNAL/kill': {
    message: 'The command was ended by {signal}.',
    hint: 'The system often does this when memory runs out. Check the memory, or run fewer jobs at the same time.',
  },
  COMMAND_NOT_FOUND: {
    message: 'The command “{command}” was not found.',
    hint: 'Check its spelling, and that its folder is on the PATH of the window or terminal that started the job.',
  },
  'COMMAND_NOT_FOUND/path': {
    message: 'The command “{command}” was not found.',
    hint: 'Check the path. The job ran in {cwd}.',
  },
  'COMMAND_NOT_FOUND/inScript': {
    message: 'A command inside the job was not found (exit code 127).',
    hint: 'The output names it. Check its spelling, and that its folder is on the PATH.',
  },
  PERMISSION_DENIED: {
    message: 'The command “{command}” is not executable.',
    hint: 'If it is a program, make it executable with “chmod +x {command}”.',
  },
  'PERMISSION_DENIED/inScript': {
    message: 'A command inside the job could not be executed (exit code 126).',
    hint: 'The output names it. Make it executable with “chmod +x”, and check that it is built for this system.',
  },
  NO_EXIT_STATUS: {
    message: 'The job was killed and left no exit code.',
    hint: 'It was killed from outside together with its supervisor. Check the end of its output, then retry the job.',
  },
  'NO_EXIT_STATUS/restarted': {
    message: 'The machine was restarted before the job finished.',
    hint: 'Retry the job to run it again.',
  },
  RUNS_ELSEWHERE: {
    message: 'The job is still running (process {pid}), but for another Jobdeck home, of which this one is a copy.',
    hint: 'Its end can only be seen in the home in which it was started.',
  },
  'RUNS_ELSEWHERE/takenOver': {
    message: 'The job was running on {host} when Jobdeck took over its home from there.',
    hint: 'Make sure that it no longer runs there, then retry the job.',
  },
  'CWD_MISSING/atStart': {
    message: 'The folder {cwd} does not exist.',
    hint: 'Create it, or run the job in another folder.',
  },
  'CWD_MISSING/notResponding': {
    message: 'The folder {cwd} is not responding.',
    hint: 'Check its network drive, then retry the job.',
  },
  START_FAILED: {
    message: 'The job could not be started: {reason}.',
    hint: 'Retry the job. If it fails again, see daemon.log for details.',
  },
  'START_FAILED/diskFull': {
    message: 'The job could not be started: {reason}.',
    hint: 'The disk is full. Free some space, then retry the job.',
  },
  'START_FAILED/noPermission': {
    message: 'The job could not be started: {reason}.',
    hint: 'Check the permissions of the file or folder, then retry the job.',
  },
  'START_FAILED/commandTooLong': {
    message: 'The job could not be started: {reason}.',
    hint: 'The command is too long for the system. Put it into a script, and run the script.',
  },
  'START_FAILED/tooManyProcesses': {
    message: 'The job could not be started: {reason}.',
    hint: 'The system can’t create more processes. End some processes, then retry the job.',
  },
  'START_FAILED/tooManyFiles': {
    message: 'The job could not be started: {reason}.',
    hint: 'Too many files are open. Wait until other jobs have finished, then retry the job.',
  },
  'START_FAILED/supervisor': {
    message: 'The job could not be started: its supervisor exited with code {exitCode}.',
    hint: 'Retry the job. If it fails again, see daemon.log for details.',
  },
  'START_FAILED/earlierAttempt': {
    message: 'The job could not be started: processes of an earlier attempt are still running.',
    hint: 'End them, then retry the job.',
  },
  INPUT_ENDED: {
    message: 'The input of this job has ended.',
    hint: 'Its program no longer reads input.',
  },
});
