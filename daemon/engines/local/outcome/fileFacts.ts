/** Checks an explanation against the files it names. The output alone can mislead: programs change their folder. */
import { constants } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { quoteArgument } from '../../../../shared/format.ts';
import { programCause } from '../../../../shared/messages/programCauses.ts';
import type { Problem } from '../../../../shared/messages/schema.ts';
import { storageCause } from '../../../../shared/messages/storageCauses.ts';
import { isErrno } from '../errno.ts';

/** Milliseconds after which a file counts as unknown, as on a network folder that doesn’t respond. */
const patience = 1_000;
/** Linux reads no more of the first line of a script. */
const shebangBytes = 256;

export interface FileContext {
  /** The job’s folder. */
  cwd: string;
  /** The command’s own file if the exit status says that it could not be run, otherwise null. */
  script: string | null;
}

/** The explanation without names that the files of the job’s folder contradict, and with what they add. */
export async function checkedProblem(problem: Problem, context: FileContext): Promise<Problem> {
  const checked = check(problem, context).catch(() => problem);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Problem>((settle) => {
    timer = setTimeout(settle, patience, problem);
  });
  return Promise.race([checked, late]).finally(() => clearTimeout(timer));
}

async function check(problem: Problem, { cwd, script }: FileContext): Promise<Problem> {
  const ofScript = script === null ? null : await scriptProblem(script, cwd);
  if (ofScript !== null) return ofScript;
  const { code, variant, params = {} } = problem;
  const text = (name: string) => String(params[name] ?? '');
  const [path, command, line] = [text('path'), text('command'), text('line')];
  if (code === 'COMMAND_NOT_FOUND' && command.includes('/')) {
    return (await whyNotRun(command, cwd)) ?? problem;
  }
  if (code === 'FILE_NOT_FOUND' && variant === undefined && path && (await isPresent(resolve(cwd, path)))) {
    const ofPath = await scriptProblem(path, cwd);
    return ofPath ?? storageCause.problem('FILE_NOT_FOUND/unnamed', { line });
  }
  if (code === 'PERMISSION_DENIED' && variant === 'path' && path && !(await isPresent(resolve(cwd, path)))) {
    const folder = dirname(path);
    return (await isPresent(resolve(cwd, folder)))
      ? storageCause.problem('PERMISSION_DENIED/path', { path, argument: quoteArgument(folder), line })
      : storageCause.problem('PERMISSION_DENIED/unnamed', { line });
  }
  return problem;
}

/** Why a file could not be run although it exists; null if it doesn’t exist. `command` is its path. */
async function whyNotRun(command: string, cwd: string): Promise<Problem | null> {
  const found = await stat(resolve(cwd, command)).catch(() => null);
  if (found?.isFile() !== true) return null;
  return (await scriptProblem(command, cwd)) ?? programCause.problem('COMMAND_NOT_FOUND/cannotRun', { command });
}

/** Why the interpreter of a script was not found, according to its first line; null if there is no such reason. */
async function scriptProblem(script: string, cwd: string): Promise<Problem | null> {
  const first = await firstLine(resolve(cwd, script)).catch(() => '');
  const [, interpreter] = /^#![ \t]*([^\s]+)/.exec(first) ?? [];
  if (interpreter === undefined) return null;
  if (first.endsWith('\r')) {
    return programCause.problem('COMMAND_NOT_FOUND/crlf', { script, argument: quoteArgument(script) });
  }
  const isMissing = !(await isPresent(resolve(cwd, interpreter)));
  return isMissing ? programCause.problem('COMMAND_NOT_FOUND/interpreter', { interpreter, script }) : null;
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(shebangBytes), 0, shebangBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '';
  } finally {
    await file.close();
  }
}

/** Whether the path exists, as far as the daemon can see. */
async function isPresent(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => !isErrno(error, 'ENOENT', 'ENOTDIR'),
  );
}
