/** Who submits jobs from this window, and with what environment. */
import { hostname, userInfo } from 'node:os';

/** The environment of the editor; the daemon takes out what only concerns the editor. */
export function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** `user@host`; undefined for a user id the system has no name for. */
export function currentUser(): string | undefined {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return undefined;
  }
}
