/** Why attempts failed, in words for the user. */
import { constants } from 'node:os';
import type { JobErrorCode } from '../../../../shared/errors.ts';
import { explain } from '../../../../shared/explain/explain.ts';
import { formatCommand } from '../../../../shared/format.ts';
import type { Command, JobError } from '../../../../shared/job.ts';
import { isErrno } from '../errno.ts';
import type { Program } from '../launching/program.ts';
import { cannotRun } from '../supervising/runFolder.ts';

/** What ran and what came of it, as far as an exit status does not say. */
export interface Circumstances {
  command: Command;
  cwd: string;
  /** The command's program as it is found now; only looked for when the status says that something was not. */
  program: Program | null;
  /** The end of the output. */
  details: string | null;
  /** More of it, in which the cause is looked for. */
  output: string | null;
}

/** Name of the signal an exit status above 128 stands for, else null. */
export function signalOf(status: number): string | null {
  return Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0] ?? null;
}

/** Why a command that ended with this status failed. */
export function whyFailed(status: number, about: Circumstances): JobError {
  const { command, cwd, program } = about;
  const named = 'argv' in command ? (command.argv[0] ?? '') : null;
  if (status === cannotRun.missing && named !== null && program === null) return commandNotFound(named, cwd);
  if (status === cannotRun.found && named !== null && !program?.executable) return notExecutable(named);
  const signal = signalOf(status);
  const explained = explain(about.output ?? '', { exitCode: status, signal, commandLine: formatCommand(command) });
  if (explained) return failure(explained.code, explained.message, explained.hint);
  if (status === cannotRun.missing) return calledNotFound();
  if (status === cannotRun.found) return calledNotExecutable();
  if (signal !== null) return endedBySignal(signal);
  const hint = about.output
    ? 'Its output says why.'
    : 'It printed nothing that says why. Have it print more, then retry it.';
  return failure('EXIT_CODE', `The command ended with exit code ${status}.`, hint);
}

function commandNotFound(name: string, cwd: string): JobError {
  const hint = name.includes('/')
    ? `Check the path; the job ran in ${cwd}.`
    : 'Check the spelling, and that its folder is on the PATH of the window or terminal it was started from.';
  return failure('COMMAND_NOT_FOUND', `The command "${name}" was not found.`, hint);
}

function calledNotFound(): JobError {
  return failure(
    'COMMAND_NOT_FOUND',
    'A command that the job called was not found (exit code 127).',
    'The output names it. Check its spelling, and that its folder is on the PATH.',
  );
}

function notExecutable(name: string): JobError {
  return failure(
    'PERMISSION_DENIED',
    `The command "${name}" may not be executed.`,
    `If it is a program, make it executable: chmod +x ${name}`,
  );
}

function calledNotExecutable(): JobError {
  return failure(
    'PERMISSION_DENIED',
    'A command that the job called could not be executed (exit code 126).',
    'The output names it. Make it executable with chmod +x, and check that it is made for this kind of machine.',
  );
}

function endedBySignal(signal: string): JobError {
  const hint =
    signal === 'SIGKILL'
      ? 'Often the system does this when memory runs out. Check the memory, or run less at the same time.'
      : 'Somebody or something outside sent it, or the program crashed. Its output may say more.';
  return failure('SIGNAL', `The command was ended by ${signal}.`, hint);
}

/** Why nothing recorded an exit status; `restarted` when the machine was restarted. */
export function whyNoStatus(restarted: boolean): JobError {
  return restarted
    ? failure('NO_EXIT_STATUS', 'The machine was restarted before the job ended.', 'Retry it to run it again.')
    : failure(
        'NO_EXIT_STATUS',
        'The job was killed and left no exit status.',
        'It was killed from outside together with what watched over it. See where its output ends, then retry it.',
      );
}

/** What kept a launch from starting, by the system's error. `cwdMissing` when the job's folder is the reason. */
export function whyNotStarted(error: unknown, cwd: string, cwdMissing: boolean): JobError {
  if (cwdMissing) {
    return failure('CWD_MISSING', `The folder ${cwd} is not there.`, 'Create it again, or run the job in another one.');
  }
  const message = error instanceof Error ? error.message : String(error);
  return failure('START_FAILED', `The job could not be started: ${message}`, startHint(error));
}

function startHint(error: unknown): string {
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) return 'The disk is full. Free some space, then retry.';
  if (isErrno(error, 'EACCES', 'EPERM', 'EROFS')) return 'Check the permissions of that file or folder, then retry.';
  if (isErrno(error, 'E2BIG')) return 'The command is too long for the system. Put it into a script, and run that.';
  if (isErrno(error, 'EAGAIN', 'ENOMEM')) return 'There is no room for another process. End some, then retry.';
  if (isErrno(error, 'EMFILE', 'ENFILE')) return 'Too many files are open. Wait for other jobs to end, then retry.';
  return 'Retry it; if it happens again, daemon.log says more.';
}

function failure(code: JobErrorCode, message: string, hint: string): JobError {
  return { code, message, hint, details: null };
}
