/** From a job's command to the arguments a supervisor runs. */
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { Command } from '../../../../shared/job.ts';
import { findProgram } from './program.ts';

type Env = Record<string, string>;

/** Shells that take `-c` and a line of the usual syntax; fish and others would read the line differently. */
const usualShells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh']);

/** Program and arguments for a command. `env` and `cwd` are the job's. */
export async function argumentsOf(
  command: Command,
  { env, cwd, platform }: { env: Env; cwd: string; platform: NodeJS.Platform },
): Promise<string[]> {
  if ('shell' in command) {
    if (platform === 'win32') return [env.ComSpec ?? 'cmd.exe', '/d', '/s', '/c', `"${command.shell}"`];
    return [await shellOf(env, cwd), '-c', command.shell];
  }
  const [program = '', ...args] = command.argv;
  return platform === 'win32' ? [program, ...args] : [await withoutDash(program, env, cwd), ...args];
}

/** The submitter's own shell when lines mean there what they mean in `sh`, and it can be run; else `/bin/sh`. */
async function shellOf(env: Env, cwd: string): Promise<string> {
  const shell = env.SHELL ?? '';
  if (!isAbsolute(shell) || !usualShells.has(basename(shell))) return '/bin/sh';
  return (await findProgram(shell, cwd))?.executable ? shell : '/bin/sh';
}

/** The path of a program whose name begins with a dash, which `exec` would take for an option. */
async function withoutDash(program: string, env: Env, cwd: string): Promise<string> {
  if (!program.startsWith('-')) return program;
  const found = await findProgram(program, cwd, env.PATH);
  return found?.path ?? join(firstFolder(env, cwd), program);
}

/** A place where a program that is in none of the folders of PATH is not either. */
function firstFolder(env: Env, cwd: string): string {
  return resolve(cwd, (env.PATH ?? '/usr/bin').split(':')[0] ?? '');
}
