/** The user and environment that jobs of this window are submitted with. */
import { hostname, userInfo } from 'node:os';

/** The environment of the editor. The daemon removes variables that only concern the editor. */
export function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** `user@host`, or undefined if the system has no name for the user ID. */
export function currentUser(): string | undefined {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return undefined;
  }
}
