/** Where undelivered reports are stored, and how a program finds those of others. */
import { lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeFiles } from '../home.ts';
import { isAlive } from '../process.ts';

/** A spool's file name: the process and client that own it now, and the client that created it. */
const pattern = /^(\d+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.jsonl$/;

/** File name of the spool that `client` created and that `owner` in process `pid` owns now. */
export function spoolName(pid: number, owner: string, client: string): string {
  return `${pid}.${owner}.${client}.jsonl`;
}

/** The folders that may contain spools, in order of preference. */
export function spoolFolders(home: string): string[] {
  return [join(home, homeFiles.spool), join(tmpdir(), `jobdeck-spool-${process.getuid?.() ?? 'user'}`)];
}

/** The first folder that exists, or can be created, with access for this user only. Null if there is none. */
export function makeSpoolFolder(home: string): string | null {
  return spoolFolders(home).find((folder) => isMade(folder) && isPrivate(folder)) ?? null;
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return true;
  } catch {
    return false; // Try the other folder; without any, reports stay in memory.
  }
}

/**
 * Whether a folder is accessible to this user only. Another user could have created it in the shared temporary folder.
 */
function isPrivate(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return false;
  return process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0);
}

/**
 * Takes over spools of dead programs and returns their files, including those taken over earlier but not yet delivered.
 * Renaming makes sure that each spool goes to one program only.
 */
export function adoptOrphans(folder: string, owner: string, pid = process.pid): string[] {
  if (!isPrivate(folder)) return [];
  const orphans: string[] = [];
  for (const name of readdirSync(folder)) {
    const [, keeperPid, keptBy, client] = pattern.exec(name) ?? [];
    if (keptBy === undefined || client === undefined || client === owner) continue;
    const file = join(folder, spoolName(pid, owner, client));
    if (keptBy !== owner) {
      if (isAlive(Number(keeperPid)) || !isTaken(join(folder, name), file)) continue;
    }
    orphans.push(file);
  }
  return orphans;
}

function isTaken(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false; // Another program took it.
  }
}
