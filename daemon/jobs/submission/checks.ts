/** What is checked of a command before anything is written. */
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { JobdeckError } from '../../../shared/errors.ts';
import type { Command } from '../../../shared/job.ts';

/**
 * The command names something to run.
 * @throws JobdeckError EMPTY_COMMAND, INVALID_REQUEST
 */
export function checkCommand(command: Command): void {
  const first = 'shell' in command ? command.shell : (command.argv[0] ?? '');
  if (first.trim() === '') {
    throw new JobdeckError(
      'EMPTY_COMMAND',
      'The command is empty.',
      'Name a program, such as: jobdeck run -- make test',
    );
  }
  const words = 'shell' in command ? [command.shell] : command.argv;
  // No operating system can pass one to a program.
  if (words.some((word) => word.includes('\0'))) {
    throw new JobdeckError('INVALID_REQUEST', 'The command contains a NUL character.', 'Remove it.');
  }
}

/**
 * The environment can be passed to a program. Names are told, values never: they may be secrets.
 * @throws JobdeckError INVALID_REQUEST
 */
export function checkEnvironment(env: Readonly<Record<string, string>> | undefined): void {
  const wrong = Object.entries(env ?? {}).find((entry) => entry.join('').includes('\0'));
  if (wrong === undefined) return;
  const name = wrong[0].replaceAll('\0', '\ufffd').slice(0, 100);
  throw new JobdeckError(
    'INVALID_REQUEST',
    `The variable ${name} of the environment contains a NUL character.`,
    'No system can pass one to a program. Remove it.',
  );
}

/**
 * The folder a job is to run in is there.
 * @throws JobdeckError CWD_MISSING
 */
export async function checkCwd(cwd: string): Promise<void> {
  if (!isAbsolute(cwd)) {
    throw new JobdeckError('CWD_MISSING', `The folder ${cwd} is not an absolute path.`, 'Give its whole path.');
  }
  let reason: string;
  try {
    if ((await stat(cwd)).isDirectory()) return;
    reason = 'is not a folder';
  } catch (error) {
    reason = reasonOf(error);
  }
  throw new JobdeckError(
    'CWD_MISSING',
    `The working folder ${cwd} ${reason}.`,
    'Make it, or choose another with --cwd.',
  );
}

/** Milliseconds a job can be put off: a time beyond that is a mistake. */
const longestDelay = 10 * 366 * 86_400_000;

/**
 * The time a job is to wait for, in milliseconds; null for none.
 * @throws JobdeckError INVALID_REQUEST for one that lies too many years ahead
 */
export function checkNotBefore(time: string | undefined, now: number): number | null {
  if (time === undefined) return null;
  const at = Date.parse(time);
  if (Number.isNaN(at)) throw new JobdeckError('INVALID_REQUEST', `There is no such time as ${time}.`);
  if (at <= now + longestDelay) return at;
  throw new JobdeckError(
    'INVALID_REQUEST',
    `The job would start at ${time}, in more than ten years.`,
    'Name a sooner time.',
  );
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  return `cannot be used (${error instanceof Error ? error.message : String(error)})`;
}
