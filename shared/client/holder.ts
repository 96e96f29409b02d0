/**
 * Finds the daemon that holds the lock of a home when `daemon.json` doesn't lead to it: the file may be missing or
 * damaged, or the daemon may hang, be starting, or run in another container or on another machine.
 */
import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readSmallFile } from '../files/smallFile.ts';
import { homeFiles } from './home.ts';
import { currentPlace, type Place, relationTo, toPlace } from './place.ts';
import { commandLineOf, isAlive, startTimeOf } from './process.ts';

/** `lock.json`: the daemon that holds the lock, and where it runs. */
export interface HolderRecord extends Place {
  pid: number;
  /** When its process was started, see `startTimeOf`. */
  started: string | null;
  /** The script that it runs, which its command line contains. */
  script: string;
}

export interface Holder {
  pid: number;
  /** The other machine or container in which it runs, or ran until it ended without notice; null if it runs here. */
  host: string | null;
  /** Whether the process is certainly the daemon, so that it may be signalled. */
  proven: boolean;
}

/** The record of this process. */
export function ownRecord(script: string): HolderRecord {
  return { pid: process.pid, started: startTimeOf(process.pid), script, ...currentPlace() };
}

export function toHolderRecord(text: string | null): HolderRecord | null {
  try {
    const value = JSON.parse(text ?? '') as Record<string, unknown> | null;
    const { pid, started, script } = value ?? {};
    if (!Number.isSafeInteger(pid) || Number(pid) <= 0 || typeof script !== 'string') return null;
    return { ...toPlace(value), pid: Number(pid), started: typeof started === 'string' ? started : null, script };
  } catch {
    return null;
  }
}

/** The daemon that holds the lock; null if there is none, as far as that can be seen without taking the lock. */
export function findHolder(home: string): Holder | null {
  const record = toHolderRecord(readSmallFile(join(home, homeFiles.holder)));
  const recorded = record && holderOf(record);
  return recorded ?? lockedBy(home);
}

/** The recorded daemon if it is still alive, or if that can't be seen from here. */
export function holderOf(record: HolderRecord, now: Place = currentPlace()): Holder | null {
  const { pid, started, script, host } = record;
  const relation = relationTo(record, now);
  if (relation === 'gone') return null;
  if (relation === 'elsewhere') return { pid, host: host ?? '?', proven: false };
  if (started === null) return isAlive(pid) ? { pid, host: null, proven: false } : null;
  if (startTimeOf(pid) !== started) return null;
  return { pid, host: null, proven: script !== '' && commandLineOf(pid).includes(script) };
}

/** On Linux, the kernel lists the owners of locks. A daemon works in its home, which proves that the owner is one. */
function lockedBy(home: string): Holder | null {
  try {
    const folder = realpathSync(home);
    const { ino } = statSync(join(folder, homeFiles.lock), { bigint: true });
    const owners = readFileSync('/proc/locks', 'latin1')
      .split('\n')
      .filter((line) => line.includes(' WRITE ') && line.includes(`:${ino} `))
      .map((line) => Number(/ WRITE +(\d+) /.exec(line)?.[1]));
    const pid = owners.find((owner) => owner > 0 && readlinkSync(`/proc/${owner}/cwd`) === folder);
    return pid === undefined ? null : { pid, host: null, proven: true };
  } catch {
    return null;
  }
}
