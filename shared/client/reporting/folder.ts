/** Where what could not be delivered yet is kept, and how a program finds what another has left there. */
import { lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeFiles } from '../home.ts';
import { isAlive } from '../process.ts';

/** A spool's file name: the process and the client that keep it, and the client that began it. */
const pattern = /^(\d+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.jsonl$/;

/** Name of the spool of `client`, kept by `owner` in process `pid`. */
export function spoolName(pid: number, owner: string, client: string): string {
  return `${pid}.${owner}.${client}.jsonl`;
}

/** The folders that may hold spools, the preferred first. */
export function spoolFolders(home: string): string[] {
  return [join(home, homeFiles.spool), join(tmpdir(), `jobdeck-spool-${process.getuid?.() ?? 'user'}`)];
}

/** The first folder that is there, or can be made, for this user alone; null when there is none. */
export function makeSpoolFolder(home: string): string | null {
  return spoolFolders(home).find((folder) => isMade(folder) && isPrivate(folder)) ?? null;
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return true;
  } catch {
    return false; // The other folder may do; without any, reports wait in memory.
  }
}

/** Whether a folder is this user's and nobody else can look into it: the temporary one could be somebody's trap. */
function isPrivate(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return false;
  return process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0);
}

/**
 * Takes over the spools in a folder whose programs are gone, and returns their files. Renaming lets only one program have each; what this one
 * has taken over before and not delivered is found again.
 */
export function adoptOrphans(folder: string, owner: string, pid = process.pid): string[] {
  if (!isPrivate(folder)) return [];
  const orphans: string[] = [];
  for (const name of readdirSync(folder)) {
    const [, keeper, keptBy, client] = pattern.exec(name) ?? [];
    if (keptBy === undefined || client === undefined || client === owner) continue;
    const file = join(folder, spoolName(pid, owner, client));
    if (keptBy !== owner) {
      if (isAlive(Number(keeper)) || !isTaken(join(folder, name), file)) continue;
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
    return false; // Another program was first.
  }
}
