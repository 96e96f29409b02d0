/** The names of the editor's icons, from the style sheet of the pages: the editor has no list to ask for. */
import { readFile } from 'node:fs/promises';

/** All names of codicons in `codicon.css`; null when it can’t be read. */
export async function iconNames(file: string): Promise<ReadonlySet<string> | null> {
  try {
    return namesIn(await readFile(file, 'utf8'));
  } catch {
    // Icons are then only known not to be checked.
    return null;
  }
}

/** `.codicon-beaker:before` and so on. */
export function namesIn(styles: string): Set<string> {
  return new Set([...styles.matchAll(/\.codicon-([a-z0-9-]+):before/g)].map(([, name]) => String(name)));
}
