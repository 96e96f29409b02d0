/** Refusing a Node that is too old, before anything of it is missed. */
import { JobdeckError } from '../shared/errors.ts';

/** The oldest major version of Node that runs Jobdeck. */
const oldest = 22;

/** What to say of a Node of this version (`20.1.0`), or null when it will do. */
export function nodeRefusal(version: string): JobdeckError | null {
  if (Number.parseInt(version, 10) >= oldest) return null;
  return new JobdeckError(
    'NODE_TOO_OLD',
    `Jobdeck needs Node.js ${oldest} or later; this is ${version}.`,
    'Install a newer one from https://nodejs.org, or run this with one that is: /path/to/node dist/cli.js',
  );
}
