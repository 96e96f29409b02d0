/** Reads a small file that could have been replaced by something else. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const limit = 1024 * 1024;

/** The text of a regular file up to 1 MB. Throws a system error, or an error for anything else. */
export function readSmallFile(path: string): string {
  // A FIFO must not block.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > limit) throw new Error(`${path} is not a small file.`);
    const bytes = Buffer.alloc(stats.size);
    const read = readSync(file, bytes, 0, stats.size, 0);
    return bytes.toString('utf8', 0, read);
  } finally {
    closeSync(file);
  }
}
