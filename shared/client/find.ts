/** Finding the daemon of this user, starting it when it is not there, and taking over from an older one. */

import { setTimeout as pause } from 'node:timers/promises';
import { JobdeckError } from '../errors.ts';
import { accessProblem } from '../messages/daemonAccess.ts';
import type { DaemonInfo, Health } from '../protocol.ts';
import { protocolVersion } from '../wire.ts';
import { readDaemonInfo } from './discovery.ts';
import { DaemonClient } from './http.ts';
import { startDaemon } from './launch.ts';
import { isAlive, untilGone } from './process.ts';
import { causeCode, daemonGone } from './request.ts';
import { isNewer } from './semver.ts';

/** Milliseconds a daemon may take to say how it is before it counts as silent. */
const healthTimeout = 2_000;
/** Milliseconds between two looks at a daemon that is starting or stopping. */
const lookAgain = 50;
/** Milliseconds to look for the daemon another client is starting before trying to start one again. */
const othersTurn = 3_000;
/** Milliseconds an older daemon may take to stop. */
const handOverLimit = 5_000;
/** Milliseconds after which a daemon that holds the lock but does not answer is reported. */
const timeLimit = 20_000;

export interface EnsureOptions {
  /** The daemon's home, from `daemonHome()`. */
  home: string;
  /** The built daemon, `dist/daemon.js`. */
  daemonFile: string;
  /** The version of this client; an older daemon is asked to hand over. */
  version: string;
  /** Whether to start (or replace) a daemon; otherwise a missing one is DAEMON_UNREACHABLE. */
  mayStart?: boolean;
  /** What runs the daemon; by default what runs this process. */
  execPath?: string;
  env?: Record<string, string | undefined>;
}

/** A daemon as it was found. */
export interface FoundDaemon {
  info: DaemonInfo;
  /** Null when it did not answer in time: it hangs, or the machine is very busy. */
  health: Health | null;
}

/** The daemon `daemon.json` points to, or null when nothing of Jobdeck listens there. Never starts or stops anything. */
export async function findDaemon(home: string): Promise<FoundDaemon | null> {
  const info = await readDaemonInfo(home);
  if (info === null) return null;
  const client = new DaemonClient(info);
  try {
    return { info, health: await client.health(healthTimeout) };
  } catch (error) {
    return causeCode(error) === 'ETIMEDOUT' && isAlive(info.pid) ? { info, health: null } : null;
  } finally {
    client.close();
  }
}

/**
 * A daemon of this home that answers and speaks this client's protocol. Safe to call from many processes at once: the
 * daemon's lock lets one start, the others find that one.
 * Rejects with PROTOCOL_MISMATCH, DAEMON_UNREACHABLE, or what kept the daemon from starting.
 */
export async function ensureDaemon(options: EnsureOptions): Promise<DaemonInfo> {
  const { home, version, mayStart = true } = options;
  const deadline = Date.now() + timeLimit;
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
    await untilAnswering(home, Math.min(deadline, Date.now() + othersTurn));
  }
}

function checkProtocol(info: DaemonInfo, health: Health, version: string): DaemonInfo {
  if (health.protocol === protocolVersion) return info;
  const versions = { daemon: health.version, client: version };
  throw health.protocol > protocolVersion
    ? accessProblem('PROTOCOL_MISMATCH/newerDaemon', versions)
    : accessProblem('PROTOCOL_MISMATCH/olderDaemon', versions);
}

/** Asks an older daemon to stop and waits until it has, or until its time is over. */
async function handOver(info: DaemonInfo): Promise<void> {
  const client = new DaemonClient(info);
  try {
    await client.stop('handover');
  } catch (error) {
    if (!daemonGone(error)) throw error;
  } finally {
    client.close();
  }
  await untilGone(info.pid, handOverLimit);
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
  while (!(await findDaemon(home))?.health && Date.now() < until) await pause(lookAgain);
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
