/** Resolves file locations in a log to files on disk. */
import nodePath from 'node:path';
import type { Headline } from '../../../shared/job.ts';
import type { Reference } from './references.ts';

/** A reference to an existing file at `path`. */
export interface Place {
  readonly reference: Reference;
  readonly path: string;
}

/** The place that a headline names, as a reference. A file in a package of the JVM may be below any source root. */
export function referenceOf({ place }: Pick<Headline, 'place'>): Reference | null {
  if (place === null) return null;
  const inPackage = /\.(?:java|kt|scala|groovy)$/.test(place.file) ? place.file : null;
  return { ...place, inPackage, start: 0, end: 0 };
}

/** Maximum number of paths checked per call. */
const fileLimit = 300;

/** Source roots of JVM projects. */
const sourceRoots = [
  'src/main/java',
  'src/test/java',
  'src/main/kotlin',
  'src/test/kotlin',
  'src',
  'app/src/main/java',
  '',
];

/** Absolute paths where the file of a reference may be, most likely first. Relative paths are resolved against `cwd`. */
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

/** The references to existing files. Checks each path once, and at most 300 paths. */
export async function locate(
  references: readonly Reference[],
  cwd: string | null,
  isFile: (path: string) => Promise<boolean>,
): Promise<Place[]> {
  const known = new Map<string, boolean>();
  const exists = async (path: string) => {
    if (!known.has(path) && known.size < fileLimit) known.set(path, await isFile(path));
    return known.get(path) === true;
  };
  const places: Place[] = [];
  for (const reference of references) {
    for (const path of candidates(reference, cwd)) {
      if (!(await exists(path))) continue;
      places.push({ reference, path });
      break;
    }
  }
  return places;
}
