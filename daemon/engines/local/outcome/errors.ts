/** Why attempts failed. */
import { constants } from 'node:os';
import { JobdeckError } from '../../../../shared/errors.ts';
import { explain } from '../../../../shared/explain/explain.ts';
import { headlineOf } from '../../../../shared/explain/headline/headline.ts';
import { formatCommand } from '../../../../shared/format.ts';
import type { Command, Headline } from '../../../../shared/job.ts';
import { localProblem } from '../../../../shared/messages/localJobs.ts';
import type { Problem } from '../../../../shared/messages/schema.ts';
import { isErrno } from '../errno.ts';
import type { Program } from '../launching/program.ts';
import { cannotRun, type ExitStatus } from '../supervising/runFolder.ts';
import type { Absence } from '../tracked.ts';

/** Facts about a failed command besides its exit status. */
export interface Circumstances {
  command: Command;
  cwd: string;
  /** The command's program, if it can be found now. Only set if the status says that something was not found. */
  program: Program | null;
  /** The end of the output. */
  details: string | null;
  /** A longer part of the output, which is searched for the cause and the headline. */
  output: string | null;
}

const { problem } = localProblem;

/** Real-time signals have no names in Node. */
const firstRealTime = 32;
const lastSignal = 64;

/** Name of the signal that an exit status above 128 may stand for; null for any other status. */
export function signalOf(status: number): string | null {
  const number = status - 128;
  const name = Object.entries(constants.signals).find((entry) => entry[1] === number)?.[0];
  return name ?? (number >= firstRealTime && number <= lastSignal ? `SIG${number}` : null);
}

/** Why a command that ended with this status failed. */
export function failureOf({ status, endedBy }: ExitStatus, { command, cwd, program, output }: Circumstances): Problem {
  const name = 'argv' in command ? (command.argv[0] ?? '') : null;
  if (status === cannotRun.missing && name !== null && program === null) return commandNotFound(name, cwd);
  if (status === cannotRun.found && name !== null && !program?.executable) {
    return problem('PERMISSION_DENIED', { command: name });
  }
  const signal = endedBy === 'signal' ? signalOf(status) : null;
  const explained = explain(output ?? '', { exitCode: status, signal, commandLine: formatCommand(command) });
  if (explained) return explained;
  if (status === cannotRun.missing) return problem('COMMAND_NOT_FOUND/inScript');
  if (status === cannotRun.found) return problem('PERMISSION_DENIED/inScript');
  if (signal !== null) return problem(signal === 'SIGKILL' ? 'SIGNAL/kill' : 'SIGNAL', { signal });
  if (endedBy === 'unknown' && signalOf(status) !== null) {
    return problem('EXIT_CODE/orSignal', { exitCode: status, signal: status - 128 });
  }
  return problem(output ? 'EXIT_CODE' : 'EXIT_CODE/noOutput', { exitCode: status });
}

/** What the command’s own program said about the failure; null if it is not known. */
export function headlineFor({ status, endedBy }: ExitStatus, { command, output }: Circumstances): Headline | null {
  const signal = endedBy === 'signal' ? signalOf(status) : null;
  return headlineOf(output ?? '', { exitCode: status, signal, commandLine: formatCommand(command) });
}

function commandNotFound(command: string, cwd: string): Problem {
  return command.includes('/')
    ? problem('COMMAND_NOT_FOUND/path', { command, cwd })
    : problem('COMMAND_NOT_FOUND', { command });
}

/** Why no exit status was recorded. */
export function noStatusFailure(absence: Absence): Problem {
  switch (absence.kind) {
    case 'killed':
      return problem('NO_EXIT_STATUS');
    case 'restarted':
      return problem('NO_EXIT_STATUS/restarted');
    case 'copied':
      return problem('RUNS_ELSEWHERE', { pid: absence.pid });
    case 'takenOver':
      return problem('RUNS_ELSEWHERE/takenOver', { host: absence.host });
  }
}

/** Why a launch could not start. `cwdMissing` means that the job's folder is the reason. */
export function startFailure(error: unknown, cwd: string, cwdMissing: boolean): Problem {
  if (cwdMissing) return problem('CWD_MISSING/atStart', { cwd });
  if (error instanceof JobdeckError) return error.toBody();
  const reason = error instanceof Error ? error.message : String(error);
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) return problem('START_FAILED/diskFull', { reason });
  if (isErrno(error, 'EACCES', 'EPERM', 'EROFS')) return problem('START_FAILED/noPermission', { reason });
  if (isErrno(error, 'E2BIG')) return problem('START_FAILED/commandTooLong', { reason });
  if (isErrno(error, 'EAGAIN', 'ENOMEM')) return problem('START_FAILED/tooManyProcesses', { reason });
  if (isErrno(error, 'EMFILE', 'ENFILE')) return problem('START_FAILED/tooManyFiles', { reason });
  return problem('START_FAILED', { reason });
}
