/** Writes files that only Jobdeck writes. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Replaces a file atomically, whatever is in its place except a folder. Follows no link. Throws system errors. */
export function replaceFile(
  path: string,
  content: string,
  { mode = 0o600, flush = false }: { mode?: number; flush?: boolean } = {},
): void {
  const draft = `${path}.new`;
  try {
    rmSync(draft, { recursive: true, force: true });
    writeFileSync(draft, content, { mode, flag: 'wx', flush });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}
