/** Reads the small files that the daemon writes in its home. */
import { readFileSafelySync } from './regularFile.ts';

const limit = 65_536;

/** The text of a file; null if it is missing, unreadable or no regular file. */
export function readSmallFile(path: string): string | null {
  try {
    return readFileSafelySync(path, { limit, own: true });
  } catch {
    return null;
  }
}
