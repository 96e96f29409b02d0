/** The compiled code of earlier versions of the command line. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes all folders in `cache` except the one of this version. A failure is only logged. */
export async function removeOldCode(
  cache: string,
  version: string,
  onProblem: (error: unknown, about: string) => void,
): Promise<void> {
  try {
    const names = await readdir(cache).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names) if (name !== version) await rm(join(cache, name), { recursive: true, force: true });
  } catch (error) {
    onProblem(error, 'deleting the compiled code of earlier versions');
  }
}
