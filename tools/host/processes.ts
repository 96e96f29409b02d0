/** Runs child processes that never outlive their parent. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/** The result of a process. `output` contains stdout and stderr unless they were inherited. */
export interface ProcessResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

const endingSignals: NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** Exits on a signal, unless another handler (mocha, `npm start`) shuts down properly. */
function exitOnSignal(signal: NodeJS.Signals): void {
  if (process.listeners(signal).every((listener) => listener === exitOnSignal))
    process.exit(128 + constants.signals[signal]);
}

/**
 * Calls `close`, which must be synchronous, whenever this process exits in a way it can detect. Returns a function that
 * cancels this.
 */
export function atExit(close: () => void): () => void {
  for (const signal of endingSignals) {
    if (!process.listeners(signal).includes(exitOnSignal)) process.on(signal, exitOnSignal);
  }
  process.once('exit', close);
  return () => {
    process.off('exit', close);
  };
}

/** Runs a program until it exits. With `stdio: 'inherit'`, its output is shown; otherwise it is collected. */
export async function run(command: string, args: string[], options: SpawnOptions = {}): Promise<ProcessResult> {
  const child = spawn(command, args, { ...options, stdio: options.stdio ?? ['ignore', 'pipe', 'pipe'] });
  const forget = atExit(() => child.kill());
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  try {
    const [code, signal] = await once(child, 'close');
    return { code, signal, output };
  } finally {
    forget();
  }
}

/** Whether a process with this ID exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Signals a process group (created by `detached: true`). Ignores groups that no longer exist. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Terminates a process group, and kills it after `grace` ms. Resolves when the leader has exited. */
export async function endGroup(leader: ChildProcess, grace = 5_000): Promise<void> {
  const { pid } = leader;
  if (pid === undefined) return;
  if (leader.exitCode === null && leader.signalCode === null) {
    const ended = once(leader, 'exit');
    signalGroup(pid, 'SIGTERM');
    const force = setTimeout(() => signalGroup(pid, 'SIGKILL'), grace);
    await ended;
    clearTimeout(force);
  }
  signalGroup(pid, 'SIGKILL');
}
