/** Finds the user's daemon, starts it if necessary, and replaces an older one. */

import { setTimeout as pause } from 'node:timers/promises';
import type { DaemonInfo, Health } from '../daemon.ts';
import { JobdeckError } from '../errors.ts';
import { accessProblem } from '../messages/daemonAccess.ts';
import { protocolVersion } from '../wire.ts';
import { readDaemonInfo } from './discovery.ts';
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
}

/** A daemon that was found. */
export interface FoundDaemon {
  info: DaemonInfo;
  /** Null if it did not respond in time, because it hangs or the machine is very busy. */
  health: Health | null;
}

/**
 * The daemon of `daemon.json`, or null if no daemon listens there. Never starts or stops anything. Rejects with
 * TOO_MANY_CONNECTIONS.
 */
export async function findDaemon(home: string): Promise<FoundDaemon | null> {
  const info = await readDaemonInfo(home);
  if (info === null) return null;
  const client = new DaemonClient(info);
  try {
    return { info, health: await client.health(healthTimeout) };
  } catch (error) {
    // It runs, and says why it does not answer.
    if (error instanceof JobdeckError && error.code === 'TOO_MANY_CONNECTIONS') throw error;
    return causeCode(error) === 'ETIMEDOUT' && isAlive(info.pid) ? { info, health: null } : null;
  } finally {
    client.close();
  }
}

/**
 * A responsive daemon of this home that is compatible with this client. Safe to call from many processes at once: the
 * daemon's lock lets only one start, and the other processes find that one.
 * Rejects with PROTOCOL_MISMATCH, DAEMON_UNREACHABLE, or the error that prevented the start.
 */
export async function ensureDaemon(options: EnsureOptions): Promise<DaemonInfo> {
  const { home, version, mayStart = true } = options;
  const deadline = Date.now() + totalTimeout;
  for (;;) {
    const found = await findDaemon(home);
    if (found?.health) {
      if (!mayStart || !isNewer(version, found.health.version)) return checkProtocol(found.info, found.health, version);
      await handOver(found.info);
    }
    if (!mayStart) throw notRunning(found);
    const started = await startUnlessRunning(options);
    if (started !== null) return started;
    if (Date.now() >= deadline) throw silentDaemon(await readDaemonInfo(home));
    await untilAnswering(home, Math.min(deadline, Date.now() + otherStartTimeout));
  }
}

function checkProtocol(info: DaemonInfo, health: Health, version: string): DaemonInfo {
  if (health.protocol === protocolVersion) return info;
  const versions = { daemon: health.version, client: version };
  throw health.protocol > protocolVersion
    ? accessProblem('PROTOCOL_MISMATCH/newerDaemon', versions)
    : accessProblem('PROTOCOL_MISMATCH/olderDaemon', versions);
}

/** Asks an older daemon to stop and waits for its end, up to the timeout. */
async function handOver(info: DaemonInfo): Promise<void> {
  const client = new DaemonClient(info);
  try {
    await client.stop('handover');
  } catch (error) {
    if (!daemonGone(error)) throw error;
  } finally {
    client.close();
  }
  await untilGone(info.pid, handoverTimeout);
}

async function startUnlessRunning(options: EnsureOptions): Promise<DaemonInfo | null> {
  try {
    return await startDaemon(options);
  } catch (error) {
    if (error instanceof JobdeckError && error.code === 'DAEMON_ALREADY_RUNNING') return null;
    throw error;
  }
}

async function untilAnswering(home: string, until: number): Promise<void> {
  while (!(await findDaemon(home))?.health && Date.now() < until) await pause(pollInterval);
}

function notRunning(found: FoundDaemon | null): JobdeckError {
  if (found !== null) return silentDaemon(found.info);
  return accessProblem('DAEMON_UNREACHABLE/notRunning');
}

function silentDaemon(info: DaemonInfo | null): JobdeckError {
  return info === null
    ? accessProblem('DAEMON_UNREACHABLE/silent')
    : accessProblem('DAEMON_UNREACHABLE/silentProcess', { pid: info.pid });
}
