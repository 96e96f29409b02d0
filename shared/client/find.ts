/** Finds the user's daemon, starts it if necessary, and replaces an older one. */

import { setTimeout as pause } from 'node:timers/promises';
import type { DaemonInfo, Health } from '../daemon.ts';
import { JobdeckError } from '../errors.ts';
import { accessProblem } from '../messages/daemonAccess.ts';
import { protocolVersion } from '../wire.ts';
import { readDaemonInfo } from './discovery.ts';
import { findHolder, type Holder } from './holder.ts';
import { DaemonClient } from './http.ts';
import { startDaemon } from './launch.ts';
import { isAlive, untilGone } from './process.ts';
import { causeCode, daemonGone } from './request.ts';
import { isNewer } from './semver.ts';

/** Milliseconds after which a daemon counts as unresponsive. */
const healthTimeout = 2_000;
/** Milliseconds between two checks of a daemon that is starting or stopping. */
const pollInterval = 50;
/** Milliseconds to wait for a daemon that another client is starting before trying again to start one. */
const otherStartTimeout = 3_000;
/** Milliseconds that an older daemon may take to stop. */
const handoverTimeout = 5_000;
/** Milliseconds after which an unresponsive daemon that holds the lock is an error. */
const totalTimeout = 20_000;
/** Starts of a daemon that stops again at once. */
const maxStarts = 3;

export interface EnsureOptions {
  /** The daemon's home, from `daemonHome()`. */
  home: string;
  /** The built daemon, `dist/daemon.js`. */
  daemonFile: string;
  /** The version of this client. An older daemon is replaced. */
  version: string;
  /** Whether to start or replace a daemon. If not, a missing daemon is DAEMON_UNREACHABLE. */
  mayStart?: boolean;
  /** The executable that runs the daemon; by default the one of this process. */
  execPath?: string;
  env?: Record<string, string | undefined>;
  /** Gives up jobs that were running on another machine or in another container. */
  takeOver?: boolean;
  /** Called repeatedly while the daemon finds its jobs again. */
  onStarting?(starting: NonNullable<Health['starting']>): void;
}

/** A daemon that was found. */
export type FoundDaemon = AnsweringDaemon | SilentDaemon;

export interface AnsweringDaemon {
  info: DaemonInfo;
  health: Health;
}

/**
 * A daemon that holds the lock of the home but doesn't answer: it hangs, the machine is very busy, or it runs in another
 * container or on another machine.
 */
export interface SilentDaemon extends Holder {
  health: null;
}

/**
 * The daemon of this home, or null if none is running. It is found by `daemon.json`, or else by its lock. Never starts or
 * stops anything. Rejects with TOO_MANY_CONNECTIONS.
 */
export async function findDaemon(home: string): Promise<FoundDaemon | null> {
  for (const until = Date.now() + healthTimeout; ; await pause(pollInterval)) {
    const info = await readDaemonInfo(home);
    const answer = info && (await ask(info));
    if (info !== null && answer !== null && answer !== 'late') return { info, health: answer };
    const holder = findHolder(home);
    if (holder === null) {
      if (info === null || answer !== 'late' || !isAlive(info.pid)) return null;
      return { pid: info.pid, host: null, proven: false, health: null };
    }
    // A daemon that starts, or whose daemon.json was damaged, writes that file in a moment.
    if (holder.host !== null || answer === 'late' || Date.now() >= until) return { ...holder, health: null };
  }
}

/** Null if the daemon does not listen there; `late` if something does but doesn't answer. */
async function ask(info: DaemonInfo): Promise<Health | 'late' | null> {
  const client = new DaemonClient(info);
  try {
    return await client.health(healthTimeout);
  } catch (error) {
    // It runs, and says why it does not answer.
    if (error instanceof JobdeckError && error.code === 'TOO_MANY_CONNECTIONS') throw error;
    return causeCode(error) === 'ETIMEDOUT' ? 'late' : null;
  } finally {
    client.close();
  }
}

/**
 * A responsive daemon of this home that is compatible with this client and knows its jobs. Safe to call from many
 * processes at once: the daemon's lock lets only one start, and the other processes find that one.
 * Rejects with PROTOCOL_MISMATCH, DAEMON_UNREACHABLE, or the error that prevented the start.
 */
export async function ensureDaemon(options: EnsureOptions): Promise<DaemonInfo> {
  const { home, version, mayStart = true } = options;
  const deadline = Date.now() + totalTimeout;
  for (let starts = 0; ; ) {
    const found = await findReady(options);
    if (found?.health) {
      if (!mayStart || !isNewer(version, found.health.version)) return checkProtocol(found, version);
      await handOver(found);
    } else if (!mayStart) throw notRunning(found);
    if (starts >= maxStarts) throw accessProblem('DAEMON_START_FAILED/crashing');
    if (await startUnlessRunning(options)) starts += 1;
    else if (Date.now() >= deadline) throw silentDaemon(await findDaemon(home));
    else await untilAnswering(home, Math.min(deadline, Date.now() + otherStartTimeout));
  }
}

/** As `findDaemon`, but waits for a daemon that answers until it knows its jobs, however many there are. */
async function findReady({ home, version, mayStart = true, onStarting }: EnsureOptions): Promise<FoundDaemon | null> {
  for (;;) {
    const found = await findDaemon(home);
    const starting = found?.health?.starting;
    if (!found?.health || !starting || (mayStart && isNewer(version, found.health.version))) return found;
    onStarting?.(starting);
    await pause(pollInterval);
  }
}

function checkProtocol({ info, health }: AnsweringDaemon, version: string): DaemonInfo {
  if (health.protocol === protocolVersion) return info;
  const versions = { daemon: health.version, client: version };
  throw health.protocol > protocolVersion
    ? accessProblem('PROTOCOL_MISMATCH/newerDaemon', versions)
    : accessProblem('PROTOCOL_MISMATCH/olderDaemon', versions);
}

/** Asks an older daemon to stop and waits for its end, up to the timeout. */
async function handOver({ info, health }: AnsweringDaemon): Promise<void> {
  const client = new DaemonClient(info);
  try {
    await client.stop('handover');
  } catch (error) {
    if (!daemonGone(error)) throw error;
  } finally {
    client.close();
  }
  await untilGone(health.pid, handoverTimeout);
}

async function startUnlessRunning(options: EnsureOptions): Promise<boolean> {
  try {
    await startDaemon(options);
    return true;
  } catch (error) {
    if (error instanceof JobdeckError && error.code === 'DAEMON_ALREADY_RUNNING') return false;
    throw error;
  }
}

async function untilAnswering(home: string, until: number): Promise<void> {
  while (!(await findDaemon(home))?.health && Date.now() < until) await pause(pollInterval);
}

function notRunning(found: SilentDaemon | null): JobdeckError {
  return found === null ? accessProblem('DAEMON_UNREACHABLE/notRunning') : silentDaemon(found);
}

/** The error for a daemon that has the lock but doesn't answer, here or from elsewhere. */
export function silentDaemon(found: FoundDaemon | null): JobdeckError {
  if (found === null || found.health !== null) return accessProblem('DAEMON_UNREACHABLE/silent');
  const { pid, host } = found;
  return host === null
    ? accessProblem('DAEMON_UNREACHABLE/silentProcess', { pid })
    : accessProblem('DAEMON_UNREACHABLE/elsewhere', { pid, host });
}
