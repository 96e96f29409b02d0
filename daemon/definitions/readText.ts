/** Reads a definition file. */
import { dirname } from 'node:path';
import { readFileSafely } from '../../shared/files/regularFile.ts';
import { definitionFileProblem } from '../../shared/messages/definitionFiles.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import { definitionFileBytes } from '../../shared/wire.ts';
import { userPaths } from '../files/userPaths.ts';

/** The text of a file; null if it does not exist. */
export async function readText(path: string): Promise<string | null> {
  const read = () => readFileSafely(path, { limit: definitionFileBytes });
  try {
    return (await userPaths.access(dirname(path), read, { background: true })).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw definitionFileProblem('INVALID_DEFINITION/unreadable', { reason: reasonOf(error) });
  }
}
