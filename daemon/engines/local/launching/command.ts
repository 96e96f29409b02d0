/** Turns a job's command into the arguments that its supervisor runs. */
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { Command } from '../../../../shared/job.ts';
import { findProgram } from './program.ts';

type Env = Record<string, string>;

/** Shells that accept `-c` and a line in POSIX syntax. Others, such as fish, would interpret the line differently. */
const posixShells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh']);

/** The program and arguments for a command. `env` and `cwd` are the job's. */
export async function argumentsOf(
  command: Command,
  { env, cwd, platform }: { env: Env; cwd: string; platform: NodeJS.Platform },
): Promise<string[]> {
  if ('shell' in command) {
    if (platform === 'win32') return [env.ComSpec ?? 'cmd.exe', '/d', '/s', '/c', `"${command.shell}"`];
    return [await shellOf(env, cwd), '-c', command.shell];
  }
  const [program = '', ...args] = command.argv;
  return platform === 'win32' ? [program, ...args] : [await withoutLeadingDash(program, env, cwd), ...args];
}

/** The submitter's shell if it understands the syntax of `sh` and is executable; otherwise `/bin/sh`. */
async function shellOf(env: Env, cwd: string): Promise<string> {
  const shell = env.SHELL ?? '';
  if (!isAbsolute(shell) || !posixShells.has(basename(shell))) return '/bin/sh';
  return (await findProgram(shell, cwd))?.executable ? shell : '/bin/sh';
}

/** The path of a program whose name begins with a dash, because `exec` would treat the name as an option. */
async function withoutLeadingDash(program: string, env: Env, cwd: string): Promise<string> {
  if (!program.startsWith('-')) return program;
  const found = await findProgram(program, cwd, env.PATH);
  return found?.path ?? join(firstFolder(env, cwd), program);
}

/** The first folder of PATH. For a program that is in none of the folders, it makes a path that does not exist. */
function firstFolder(env: Env, cwd: string): string {
  return resolve(cwd, (env.PATH ?? '/usr/bin').split(':')[0] ?? '');
}
