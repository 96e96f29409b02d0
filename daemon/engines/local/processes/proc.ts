/** Reads files about a process in `/proc`, see proc(5). */
import { readFileSync, readlinkSync } from 'node:fs';

/** The contents of a file; empty if the process is gone or belongs to another user. */
export function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** The file that a descriptor is open on; empty if it can't be read. Doesn't touch the file, which might block. */
export function readDescriptor(pid: number, descriptor: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return '';
  }
}
