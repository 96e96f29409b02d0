/** Rejects Node.js versions that are too old, before a missing feature causes an obscure error. */
import type { JobdeckError } from '../shared/errors.ts';
import { cliError } from './problems.ts';

/** The oldest supported major version. */
const oldest = 22;

/** The error for this version (`20.1.0`), or null if it is supported. */
export function nodeRefusal(version: string): JobdeckError | null {
  if (Number.parseInt(version, 10) >= oldest) return null;
  return cliError('NODE_TOO_OLD', { oldest, version });
}
