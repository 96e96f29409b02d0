/** Starts the daemon, and reads from its first line whether that succeeded. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parse } from 'node:path';
import type { Readable } from 'node:stream';
import type { DaemonInfo } from '../daemon.ts';
import { JobdeckError } from '../errors.ts';
import { accessProblem } from '../messages/daemonAccess.ts';
import type { Problem } from '../messages/schema.ts';
import { withoutDescriptors } from './descriptors.ts';
import { toDaemonInfo } from './discovery.ts';

/** Makes the daemon give up jobs that were running on another machine or in another container. */
export const takeOverOption = '--take-over';
/** Milliseconds for a daemon to report that it is ready. */
const startTimeout = 20_000;
/** Lets the daemon return memory when it is idle. */
const nodeOptions = ['--expose-gc'];
/**
 * Set to a port, this makes the daemon start with Node's inspector on it, so that a debugger can attach. For development
 * only: the inspector has no password, so any local user who reaches the port can run code in the daemon.
 */
const inspectVariable = 'JOBDECK_DAEMON_INSPECT';
/**
 * Lets the daemon release memory that V8 allocates from glibc: blocks of 1 MB and more are mapped separately and unmapped
 * when they are freed (mallopt(3)). By default the threshold grows to 32 MB, and 6 MB that compilation frees after the
 * start stay in use because of a small block above them. A threshold of 32 kB would also map the messages of clients,
 * which makes reports twice as slow.
 */
export const libcSettings = {
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_ARENA_MAX: '2',
} as const;
/** Characters of stderr to report. */
const tailLength = 2_000;
/** Maximum number of characters of the first line. */
const lineLimit = 65_536;

export interface StartOptions {
  home: string;
  /** The built daemon, `dist/daemon.js`. */
  daemonFile: string;
  /** The executable that runs it: Node, or Electron running as Node. */
  execPath?: string;
  env?: Record<string, string | undefined>;
  /** Gives up jobs that were running on another machine or in another container. */
  takeOver?: boolean;
}

type DaemonProcess = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts a daemon that outlives this process and resolves when it is ready.
 * Rejects with the error the daemon reports (including DAEMON_ALREADY_RUNNING), else with DAEMON_START_FAILED.
 */
export async function startDaemon(options: StartOptions): Promise<DaemonInfo> {
  const { home, daemonFile, execPath = process.execPath, env = process.env } = options;
  if (!existsSync(daemonFile)) {
    throw accessProblem('DAEMON_START_FAILED/fileMissing', { file: daemonFile });
  }
  const takeOver = options.takeOver ? [takeOverOption] : [];
  const daemon = { program: execPath, args: [...nodeOptions, ...inspectOptions(env), daemonFile, ...takeOver] };
  const { program, args } = withoutDescriptors(daemon);
  const child = spawn(program, args, {
    detached: true,
    // Not the client's folder, because the daemon would prevent unmounting or deleting it.
    cwd: parse(home).root,
    env: daemonEnv(env, home),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  try {
    return parseStartLine(await firstLine(child));
  } finally {
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
  }
}

/** Node's options for a daemon that waits for a debugger to attach. */
export function inspectOptions({ [inspectVariable]: port }: Record<string, string | undefined>): string[] {
  return port ? [`--inspect=127.0.0.1:${port}`] : [];
}

/** The client's environment, adapted to run Node, without variables that debuggers and parent processes add. */
export function daemonEnv(env: Record<string, string | undefined>, home: string): Record<string, string | undefined> {
  const {
    NODE_OPTIONS,
    NODE_CHANNEL_FD,
    NODE_UNIQUE_ID,
    NODE_V8_COVERAGE,
    VSCODE_INSPECTOR_OPTIONS,
    [inspectVariable]: _inspect,
    // A daemon that is started by a job is not one of its processes.
    JOBDECK_URL,
    JOBDECK_TOKEN,
    JOBDECK_JOB_ID,
    JOBDECK_ATTEMPT,
    JOBDECK_LAUNCH,
    ...rest
  } = env;
  return { ...libcSettings, ...rest, JOBDECK_HOME: home, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' };
}

/** Parses the daemon's StartLine. Throws the error that it reports. */
export function parseStartLine(line: string): DaemonInfo {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw accessProblem('DAEMON_START_FAILED/unexpectedOutput', { line: line.slice(0, 200) });
  }
  const { ready, error } = (value ?? {}) as { ready?: unknown; error?: { [key: string]: unknown } | null };
  const info = toDaemonInfo(ready);
  if (info !== null) return info;
  if (typeof error?.code === 'string' && typeof error.message === 'string') {
    throw new JobdeckError({ ...(error as Problem), hint: typeof error.hint === 'string' ? error.hint : null });
  }
  throw accessProblem('DAEMON_START_FAILED/unexpectedOutput', { line: line.slice(0, 200) });
}

function firstLine(child: DaemonProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      reject(notReady(startTimeout, stderr.trim()));
    }, startTimeout);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
      const end = stdout.indexOf('\n');
      if (end >= 0 || stdout.length > lineLimit) settle(() => resolve(end < 0 ? stdout : stdout.slice(0, end)));
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr = (stderr + part).slice(-tailLength);
    });
    child.on('error', (error) => settle(() => reject(accessProblem('DAEMON_START_FAILED', { reason: error.message }))));
    // `close` is emitted after the last output was read; `exit` may be emitted before.
    child.on('close', (code, signal) => {
      settle(() => reject(exited(code, signal, stderr.trim())));
    });
  });
}

function notReady(ms: number, output: string): JobdeckError {
  if (output === '') return accessProblem('DAEMON_START_FAILED/noReport', { ms });
  return accessProblem('DAEMON_START_FAILED/noReportOutput', { ms, output });
}

function exited(code: number | null, signal: string | null, output: string): JobdeckError {
  if (signal !== null) return accessProblem('DAEMON_START_FAILED/killed', { signal });
  const exitCode = code ?? -1;
  if (output === '') return accessProblem('DAEMON_START_FAILED/exited', { exitCode });
  return accessProblem('DAEMON_START_FAILED/exitedOutput', { exitCode, output });
}
