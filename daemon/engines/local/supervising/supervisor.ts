/**
 * The supervisor of a job in Node, for Windows and wherever no shell will do: what `supervisorScript` does, with the
 * same files. Arguments: the run folder, then the command. A program of its own, bundled to `dist/supervisor.js`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, constants as fsConstants, openSync, writeFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { restoreNodeVariables } from './nodeEnvironment.ts';
import { cannotRun } from './runFolder.ts';
import { windowsCommand } from './windowsCommand.ts';

const signals = ['HUP', 'INT', 'QUIT', 'ALRM', 'USR1', 'USR2', 'VTALRM', 'PROF', 'XCPU', 'XFSZ'] as const;
const [runFolder = '', ...argv] = process.argv.slice(2);
/** Its end tells the daemon that the pid is written. */
const readyPipe = 3;
const go = join(runFolder, 'go');
const input = join(runFolder, 'in');
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
    const stdin = existsSync(input) ? openInput() : 'inherit';
    writeFileSync(join(runFolder, 'pid'), `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    closeSync(readyPipe);
    const status = existsSync(go) ? await runCommand(stdin) : null;
    process.exitCode = status ?? 125;
    writeSync(exit, `${status ?? 'revoked'}\n`, 0);
  } catch (error) {
    process.exitCode ??= 125;
    process.stderr.write(`jobdeck: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/**
 * The end of the input that the command reads. The other one is held until there is something to read in `end`, which
 * keeps nobody waiting. This process keeps an end to read as well, so that nothing is lost of what is sent early.
 */
function openInput(): number {
  const held = openSync(input, 'r+');
  const { O_RDWR, O_NONBLOCK } = fsConstants;
  const end = new Socket({
    fd: openSync(join(runFolder, 'end'), O_RDWR | O_NONBLOCK),
    readable: true,
    writable: false,
  });
  end.once('data', () => {
    closeSync(held);
    end.destroy();
  });
  end.unref();
  return openSync(input, 'r');
}

/** The command's status as a shell gives it. */
function runCommand(stdin: number | 'inherit'): Promise<number> {
  const env = restoreNodeVariables(process.env);
  const { program, args, verbatim } =
    process.platform === 'win32'
      ? windowsCommand(argv, env, existsSync)
      : { program: argv[0] ?? '', args: argv.slice(1), verbatim: false };
  return new Promise((resolve) => {
    const notRun = (error: unknown) => resolve(sayNotRun(program, error));
    try {
      const child = spawn(program, args, {
        env,
        stdio: [stdin, 'inherit', 'inherit'],
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
