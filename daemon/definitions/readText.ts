/** Reads a definition file. */
import { readFile } from 'node:fs/promises';
import { definitionFileProblem } from '../../shared/messages/definitionFiles.ts';

/** The text of a file; null if it does not exist. */
export async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw definitionFileProblem('INVALID_DEFINITION/unreadable', { reason });
  }
}
