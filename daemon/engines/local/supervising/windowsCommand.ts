/** Prepares a command for CreateProcess on Windows, which neither runs batch files nor searches PATHEXT. */
import { win32 } from 'node:path';

type Env = Record<string, string>;

export interface WindowsCommand {
  program: string;
  args: string[];
  /** The arguments are already quoted. */
  verbatim: boolean;
}

/**
 * A line for cmd.exe (from `argumentsOf`) is passed on unchanged, a batch file is run by cmd.exe, and any other program
 * is run directly. `exists` returns whether a file exists.
 */
export function windowsCommand(argv: string[], env: Env, exists: (path: string) => boolean): WindowsCommand {
  const [program = '', ...args] = argv;
  if (args.slice(0, 3).join(' ') === '/d /s /c') return { program, args, verbatim: true };
  const found = findFile(program, env, exists);
  if (found === null || !/\.(cmd|bat)$/i.test(found)) return { program: found ?? program, args, verbatim: false };
  const line = [found, ...args].map(quoteForCmd).join(' ');
  return { program: variable(env, 'COMSPEC') ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

/** The file that a name resolves to with PATH and PATHEXT; null if there is none. */
function findFile(name: string, env: Env, exists: (path: string) => boolean): string | null {
  if (name === '') return null;
  const folders = /[\\/:]/.test(name) ? [''] : ['', ...(variable(env, 'PATH') ?? '').split(';')];
  const extensions = (variable(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';');
  const names = win32.extname(name) === '' ? extensions.map((extension) => name + extension) : [name];
  return folders.flatMap((folder) => names.map((one) => win32.join(folder, one))).find(exists) ?? null;
}

/** The names of variables are case-insensitive on Windows. */
function variable(env: Env, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

/**
 * Puts an argument in double quotes as programs parse them (a backslash is special only before a quote), then escapes
 * each character that is special to cmd.exe with a caret. The batch file passes the argument on without the carets, and
 * then only the quotes keep `&` from starting another command. A quote is therefore doubled, so that the rest stays
 * quoted, which `\"` would not achieve.
 */
function quoteForCmd(argument: string): string {
  const quoted = `"${argument.replace(/(\\*)"/g, '$1$1""').replace(/(\\+)$/, '$1$1')}"`;
  return quoted.replace(/[()%!^"<>&|;,\s]/g, '^$&');
}
