/** Checks of a submitted job before anything is written. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { JobdeckError } from '../../../shared/errors.ts';
import { readInstant } from '../../../shared/isoTime.ts';
import type { Command } from '../../../shared/job.ts';
import { reasonOf } from '../../../shared/messages/nested.ts';
import { submissionProblem } from '../../../shared/messages/submissions.ts';
import { userPaths } from '../../files/userPaths.ts';
import { wellFormed } from '../text.ts';

/**
 * Checks that the command names something to run.
 * @throws JobdeckError EMPTY_COMMAND, INVALID_REQUEST
 */
export function checkCommand(command: Command): void {
  const first = 'shell' in command ? command.shell : (command.argv[0] ?? '');
  if (first.trim() === '') {
    throw submissionProblem('EMPTY_COMMAND');
  }
  const words = 'shell' in command ? [command.shell] : command.argv;
  // No operating system can pass a NUL character to a program.
  if (words.some((word) => word.includes('\0'))) {
    throw submissionProblem('INVALID_REQUEST/commandNul');
  }
  if (!words.every(isWhole)) throw submissionProblem('INVALID_REQUEST/commandCharacters');
}

/**
 * Checks that the environment can be passed to a program. Errors never contain values, which may be secrets.
 * @throws JobdeckError INVALID_REQUEST
 */
export function checkEnvironment(env: Readonly<Record<string, string>> | undefined): void {
  for (const [name, value] of Object.entries(env ?? {})) {
    const variable = () => wellFormed(name.replaceAll('\0', '\ufffd').slice(0, 100));
    if (`${name}${value}`.includes('\0')) {
      throw submissionProblem('INVALID_REQUEST/environmentNul', { variable: variable() });
    }
    if (!isWhole(name) || !isWhole(value)) {
      throw submissionProblem('INVALID_REQUEST/environmentCharacters', { variable: variable() });
    }
  }
}

/** Whether a program receives the text unchanged: an unpaired surrogate has no UTF-8 form. */
function isWhole(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * Checks that the working folder exists.
 * @throws JobdeckError CWD_MISSING
 */
export async function checkCwd(cwd: string): Promise<void> {
  if (!isAbsolute(cwd)) {
    throw submissionProblem('CWD_MISSING/relative', { cwd });
  }
  let found: Stats;
  try {
    found = await userPaths.access(cwd, () => stat(cwd));
  } catch (error) {
    throw missing(cwd, error);
  }
  if (!found.isDirectory()) throw submissionProblem('CWD_MISSING/notFolder', { cwd });
}

function missing(cwd: string, error: unknown): JobdeckError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? submissionProblem('CWD_MISSING', { cwd })
    : submissionProblem('CWD_MISSING/unusable', { cwd, reason: reasonOf(error) });
}

/** Maximum delay of a job in milliseconds. A later time is a mistake. */
const longestDelay = 10 * 366 * 86_400_000;

/**
 * The start time of a job in milliseconds; null for none.
 * @throws JobdeckError INVALID_REQUEST for a time that is not valid or too far away
 */
export function checkNotBefore(time: string | undefined, now: number): number | null {
  if (time === undefined) return null;
  const at = readInstant(time);
  if (at === null) throw submissionProblem('INVALID_REQUEST/startTime', { time });
  if (at <= now + longestDelay) return at;
  throw submissionProblem('INVALID_REQUEST/startTimeTooLate', { time });
}
