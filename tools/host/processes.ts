/** Child processes that never outlive what started them. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/** What became of a process; `output` is its stdout and stderr when they were not passed on. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

const endingSignals: NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** Ends this process on a signal, unless somebody else (mocha, `npm start`) does it in an orderly way. */
function exitOnSignal(signal: NodeJS.Signals): void {
  if (process.listeners(signal).every((listener) => listener === exitOnSignal))
    process.exit(128 + constants.signals[signal]);
}

/**
 * Calls `close`, which must be synchronous, when this process ends in any way it can notice. Returns what takes that
 * back.
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

/** Runs a program to its end. With `stdio: 'inherit'` people see its output; otherwise it is collected. */
export async function run(command: string, args: string[], options: SpawnOptions = {}): Promise<Ended> {
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

/** Whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Signals a whole process group (made by `detached: true`). A group that is gone already is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a process group: politely, after `grace` ms by force. Resolves when its leader is gone. */
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
