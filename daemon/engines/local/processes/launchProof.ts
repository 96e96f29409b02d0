/** Proves that a process is the supervisor of a launch, wherever its home is now and however its path is spelled. */
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readSmallFile } from '../../../../shared/files/smallFile.ts';
import { argumentsOf, commandLine, environmentOf, processExists } from './process.ts';

/**
 * `ours`: the process is the launch's supervisor. `copied`: it is, but it writes to another run folder, of which this
 * one is a copy, so the launch belongs to another home. `none`: it is another process, or there is none.
 */
export type Proof = 'ours' | 'copied' | 'none';

/**
 * Compares a process with a run folder. A supervisor has the token of its launch in its command line and its
 * environment. Supervisors of earlier versions have no token, but the run folder's name, which is unique as well.
 */
export async function proofOf(
  pid: number,
  runFolder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<Proof> {
  if (!processExists(pid)) return 'none';
  const known = await namesRunFolder(pid, runFolder, platform);
  if (known === null) return 'none';
  if (platform === 'linux' && writesElsewhere(pid, runFolder)) return 'copied';
  return isCopyOf(known, runFolder) ? 'copied' : 'ours';
}

/** Whether the process is the supervisor of this run folder's launch and writes to this folder. */
export async function isOurs(pid: number, runFolder: string, platform?: NodeJS.Platform): Promise<boolean> {
  return (await proofOf(pid, runFolder, platform)) === 'ours';
}

/** Whether a process of the launch belongs to another home, which its `JOBDECK_HOME` names and this one is a copy of. */
export function belongsToOriginal(home: string | null, runFolder: string): boolean {
  return home !== null && isCopyOf(join(home, 'run', basename(runFolder)), runFolder);
}

/** The token of a launch; null if it has none, because an earlier version launched it. */
export function tokenIn(runFolder: string): string | null {
  const text = readText(join(runFolder, 'token'));
  return text === null || text.trim() === '' ? null : text.trim();
}

/** The path by which a supervisor knows its run folder; null if the process is not its supervisor. */
async function namesRunFolder(pid: number, runFolder: string, platform: NodeJS.Platform): Promise<string | null> {
  const token = tokenIn(runFolder);
  const name = basename(runFolder);
  if (platform !== 'linux') {
    const line = await commandLine(pid, platform);
    const isIn = token === null ? nameIn(line, name) : line.includes(token);
    return isIn ? pathIn(line, name, runFolder) : null;
  }
  const args = argumentsOf(pid);
  const path = args.find((arg) => basename(arg) === name) ?? null;
  if (token === null) return path;
  const isIn = args.includes(token) || environmentOf(pid).includes(`JOBDECK_LAUNCH=${token}`);
  return isIn ? (path ?? runFolder) : null;
}

/** Whether a command line contains the run folder's name as the last part of a path. */
function nameIn(line: string, name: string): boolean {
  return new RegExp(`[/\\\\]${name.replaceAll('.', '\\.')}(?:["\\s]|$)`).test(line);
}

/** The run folder's path in a command line that is known to contain it. */
function pathIn(line: string, name: string, runFolder: string): string {
  if (line.includes(runFolder)) return runFolder;
  const end = line.indexOf(`/${name}`) + name.length + 1;
  return line.slice(line.lastIndexOf(' /', end) + 1, end);
}

/** Whether the supervisor holds an exit file open that is not the one in this run folder. False if that can't be seen. */
function writesElsewhere(pid: number, runFolder: string): boolean {
  const own = identityOf(join(runFolder, 'exit'));
  if (own === null) return false;
  const descriptors = `/proc/${pid}/fd`;
  // In a shell it is this one, so the others are rarely looked at.
  if (identityOf(join(descriptors, '4')) === own) return false;
  const held = list(descriptors).map((descriptor) => join(descriptors, descriptor));
  if (held.some((descriptor) => identityOf(descriptor) === own)) return false;
  return held.some((descriptor) => basename(linkIn(descriptor) ?? '').startsWith('exit'));
}

/** Whether `path` is another folder of the same launch, so that `runFolder` was copied from it. */
function isCopyOf(path: string, runFolder: string): boolean {
  if (path === runFolder) return false;
  const [original, own] = [identityOf(path), identityOf(runFolder)];
  if (original === null || own === null || original === own) return false;
  return ['token', 'pid'].every((file) => readText(join(path, file)) === readText(join(runFolder, file)));
}

/** Identifies a file or folder; null if it does not exist. */
export function identityOf(path: string): string | null {
  const stats = orNull(() => statSync(path, { bigint: true }));
  return stats && `${stats.dev}:${stats.ino}`;
}

/** A small file of a run folder; null if it can't be read. */
function readText(path: string): string | null {
  return readSmallFile(path);
}

function list(folder: string): string[] {
  return orNull(() => readdirSync(folder)) ?? [];
}

function linkIn(path: string): string | null {
  return orNull(() => readlinkSync(path));
}

/** Null if the process is gone, belongs to another user, or the file does not exist. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
