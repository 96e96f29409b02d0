/** What to hand to Windows' CreateProcess for a command: it runs no batch files and searches no PATHEXT. */
import { win32 } from 'node:path';

type Env = Record<string, string>;

export interface WindowsCommand {
  program: string;
  args: string[];
  /** The arguments are quoted already. */
  verbatim: boolean;
}

/**
 * A line for cmd.exe (as `argumentsOf` makes it) goes on as it is; a batch file is run by cmd.exe; anything else is
 * run by itself. `exists` says whether there is a file.
 */
export function windowsCommand(argv: string[], env: Env, exists: (path: string) => boolean): WindowsCommand {
  const [program = '', ...args] = argv;
  if (args.slice(0, 3).join(' ') === '/d /s /c') return { program, args, verbatim: true };
  const found = findFile(program, env, exists);
  if (found === null || !/\.(cmd|bat)$/i.test(found)) return { program: found ?? program, args, verbatim: false };
  const line = [found, ...args].map(quoteForCmd).join(' ');
  return { program: variable(env, 'COMSPEC') ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

/** The file a name stands for by PATH and PATHEXT, or null. */
function findFile(name: string, env: Env, exists: (path: string) => boolean): string | null {
  if (name === '') return null;
  const folders = /[\\/:]/.test(name) ? [''] : ['', ...(variable(env, 'PATH') ?? '').split(';')];
  const endings = (variable(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';');
  const names = win32.extname(name) === '' ? endings.map((ending) => name + ending) : [name];
  return folders.flatMap((folder) => names.map((one) => win32.join(folder, one))).find(exists) ?? null;
}

/** Names of variables are the same in either case there. */
function variable(env: Env, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

/**
 * An argument in double quotes as programs take them apart (backslashes count only before a quote), then with each
 * character that means something to cmd.exe made plain by a caret. The batch file hands it on without the carets, where
 * only quotes keep `&` from beginning a command: so a quote in it is doubled, which leaves what follows inside quotes,
 * and not written `\"`, which does not.
 */
function quoteForCmd(argument: string): string {
  const quoted = `"${argument.replace(/(\\*)"/g, '$1$1""').replace(/(\\+)$/, '$1$1')}"`;
  return quoted.replace(/[()%!^"<>&|;,\s]/g, '^$&');
}
