/** Which files on disk the places that a log names are in. */
import nodePath from 'node:path';
import type { Reference } from './references.ts';

/** A reference whose file is there, at `path`. */
export interface Place {
  readonly reference: Reference;
  readonly path: string;
}

/** Files looked for on disk at a time. */
const fileLimit = 300;

/** Where build tools keep the packages of a JVM project. */
const sourceRoots = [
  'src/main/java',
  'src/test/java',
  'src/main/kotlin',
  'src/test/kotlin',
  'src',
  'app/src/main/java',
  '',
];

/** Absolute paths at which a reference's file may be, the likeliest first; relative to where the job ran. */
export function candidates(
  { file, inPackage }: Pick<Reference, 'file' | 'inPackage'>,
  cwd: string | null,
  path: Pick<typeof nodePath, 'isAbsolute' | 'join'> = nodePath,
): string[] {
  if (path.isAbsolute(file)) return [file];
  if (cwd === null) return [];
  const roots = inPackage === null ? [] : sourceRoots.map((root) => path.join(cwd, root, inPackage));
  return [path.join(cwd, file), ...roots];
}

/** Those of the references whose files are there. Looks at each path once, and at no more than 300. */
export async function locate(
  references: readonly Reference[],
  cwd: string | null,
  isFile: (path: string) => Promise<boolean>,
): Promise<Place[]> {
  const known = new Map<string, boolean>();
  const isThere = async (path: string) => {
    if (!known.has(path) && known.size < fileLimit) known.set(path, await isFile(path));
    return known.get(path) === true;
  };
  const places: Place[] = [];
  for (const reference of references) {
    for (const path of candidates(reference, cwd)) {
      if (!(await isThere(path))) continue;
      places.push({ reference, path });
      break;
    }
  }
  return places;
}
