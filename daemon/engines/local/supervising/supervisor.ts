/**
 * The supervisor of a job in Node, for Windows and for environments that no shell passes on. It does the same as
 * `supervisorScript`, with the same files. Arguments: the run folder, the token of the launch, then the command. Bundled separately, to
 * `dist/supervisor.js`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  constants as fsConstants,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { restoreNodeVariables } from './nodeEnvironment.ts';
import { cannotRun } from './runFolder.ts';
import { windowsCommand } from './windowsCommand.ts';

const signals = ['HUP', 'INT', 'QUIT', 'ALRM', 'USR1', 'USR2', 'VTALRM', 'PROF', 'XCPU', 'XFSZ'] as const;
const [runFolder = '', , ...argv] = process.argv.slice(2);
/** Closing it signals to the daemon that the pid is written. */
const readyPipe = 3;
const go = join(runFolder, 'go');
const input = join(runFolder, 'in');
/** The umask of the command, in octal digits. */
const umask = join(runFolder, 'umask');
let justStarted: ChildProcess | null = null;

if (process.platform !== 'win32') ignoreSignals();
void supervise();

/**
 * Ignores signals to the whole process group. A SIGTERM that arrives before the child exists is passed on to it: the
 * daemon removes `go` before it sends SIGTERM, and `go` is checked before the child is started.
 */
function ignoreSignals(): void {
  for (const signal of signals) process.on(`SIG${signal}`, () => {});
  process.on('SIGTERM', () => {
    if (!existsSync(go)) justStarted?.kill('SIGTERM');
  });
}

async function supervise(): Promise<void> {
  try {
    const exit = openSync(join(runFolder, 'exit'), 'r+');
    enterCgroup();
    const stdin = existsSync(input) ? openInput() : 'inherit';
    writeFileSync(join(runFolder, 'pid'), `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    closeSync(readyPipe);
    if (existsSync(umask)) process.umask(readFileSync(umask, 'latin1'));
    const end = existsSync(go) ? await runCommand(stdin) : null;
    process.exitCode = end === null ? 125 : end.kind === 'exit' ? end.number : 128 + end.number;
    writeSync(exit, end === null ? 'revoked\n' : `${end.kind} ${end.number}\n`, 0);
  } catch (error) {
    process.exitCode ??= 125;
    process.stderr.write(`jobdeck: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** The job also runs without a cgroup. */
function enterCgroup(): void {
  try {
    writeFileSync(readFileSync(join(runFolder, 'cgroup'), 'utf8').trim(), '0', { flag: 'r+' });
  } catch {
    // There is none, or the system does not allow it.
  }
}

/**
 * Opens the end of the input that the command reads. The other end is held open until something can be read from `end`.
 * It is opened for reading too, so that input sent before the command reads is not lost.
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

interface End {
  kind: 'exit' | 'signal';
  number: number;
}

/** How the command ended. */
function runCommand(stdin: number | 'inherit'): Promise<End> {
  const env = restoreNodeVariables(process.env);
  const { program, args, verbatim } =
    process.platform === 'win32'
      ? windowsCommand(argv, env, existsSync)
      : { program: argv[0] ?? '', args: argv.slice(1), verbatim: false };
  return new Promise((resolve) => {
    const fail = (error: unknown) => resolve({ kind: 'exit', number: reportNotRun(program, error) });
    try {
      const child = spawn(program, args, {
        env,
        stdio: [stdin, 'inherit', 'inherit'],
        windowsHide: true,
        windowsVerbatimArguments: verbatim,
      });
      child.once('error', fail);
      child.once('exit', (code, signal) =>
        resolve(
          signal === null ? { kind: 'exit', number: code ?? 0 } : { kind: 'signal', number: constants.signals[signal] },
        ),
      );
      justStarted = child;
      // The handlers of signals that arrived before the child existed run in this turn of the event loop.
      setImmediate(() => {
        justStarted = null;
      });
    } catch (error) {
      fail(error);
    }
  });
}

function reportNotRun(program: string, error: unknown): number {
  const missing = program === '' || isErrno(error, 'ENOENT', 'ENOTDIR');
  process.stderr.write(`jobdeck: ${program}: ${missing ? 'not found' : String(error)}\n`);
  return missing ? cannotRun.missing : cannotRun.found;
}
