/**
 * The supervisor of a job in Node, for Windows and wherever no shell will do: what `supervisorScript` does, with the
 * same files. Arguments: the run folder, then the command. A program of its own, bundled to `dist/supervisor.js`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { takeBack } from './environment.ts';
import { isErrno } from './errno.ts';
import { cannotRun } from './exitStatus.ts';
import { windowsCommand } from './windowsCommand.ts';

const signals = ['HUP', 'INT', 'QUIT', 'ALRM', 'USR1', 'USR2', 'VTALRM', 'PROF', 'XCPU', 'XFSZ'] as const;
const [runFolder = '', ...argv] = process.argv.slice(2);
/** Its end tells the daemon that the pid is written. */
const readyPipe = 3;
const go = join(runFolder, 'go');
let justStarted: ChildProcess | null = null;

if (process.platform !== 'win32') outliveSignals();
void supervise();

/**
 * Survives what is sent to the whole group. A SIGTERM that came when there was no child yet is passed on: the daemon
 * removes `go` before it sends one, and this looks for `go` before it starts the child.
 */
function outliveSignals(): void {
  for (const signal of signals) process.on(`SIG${signal}`, () => {});
  process.on('SIGTERM', () => {
    if (!existsSync(go)) justStarted?.kill('SIGTERM');
  });
}

async function supervise(): Promise<void> {
  try {
    const exit = openSync(join(runFolder, 'exit'), 'r+');
    writeFileSync(join(runFolder, 'pid'), `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    closeSync(readyPipe);
    const status = existsSync(go) ? await runCommand() : null;
    process.exitCode = status ?? 125;
    writeSync(exit, `${status ?? 'revoked'}\n`, 0);
  } catch (error) {
    process.exitCode ??= 125;
    process.stderr.write(`jobdeck: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** The command's status as a shell gives it. */
function runCommand(): Promise<number> {
  const env = takeBack(process.env);
  const { program, args, verbatim } =
    process.platform === 'win32'
      ? windowsCommand(argv, env, existsSync)
      : { program: argv[0] ?? '', args: argv.slice(1), verbatim: false };
  return new Promise((resolve) => {
    const notRun = (error: unknown) => resolve(sayNotRun(program, error));
    try {
      const child = spawn(program, args, {
        env,
        stdio: 'inherit',
        windowsHide: true,
        windowsVerbatimArguments: verbatim,
      });
      child.once('error', notRun);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
      justStarted = child;
      // What was sent before the child existed is heard in this turn of the event loop.
      setImmediate(() => {
        justStarted = null;
      });
    } catch (error) {
      notRun(error);
    }
  });
}

function sayNotRun(program: string, error: unknown): number {
  const missing = program === '' || isErrno(error, 'ENOENT', 'ENOTDIR');
  process.stderr.write(`jobdeck: ${program}: ${missing ? 'not found' : String(error)}\n`);
  return missing ? cannotRun.missing : cannotRun.found;
}
