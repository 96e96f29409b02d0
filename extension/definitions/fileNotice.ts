/** What the Schedules view says about definition files with errors, in a line. Their lenses and problems say more. */
import type { Warning } from '../../shared/daemon.ts';
import { oneLine, problemText, type Translate } from '../base/text.ts';

/** Undefined if nothing is wrong. `nameOf` shortens a path. */
export function fileNotice(
  warnings: readonly Warning[],
  nameOf: (path: string) => string,
  t: Translate,
): string | undefined {
  const invalid = warnings.find(({ code }) => code === 'INVALID_DEFINITION');
  if (invalid !== undefined) {
    const path = pathIn(invalid);
    if (path !== null) return t('{0} has errors; its last valid version is active.', nameOf(path));
    return t('Several definition files have errors; their last valid versions are active.');
  }
  const unwatched = warnings.find(({ code }) => code === 'FILE_WATCH_FAILED');
  return unwatched && oneLine(problemText(unwatched, t), 400);
}

/** The path of the only file with errors. Null if there are several. */
function pathIn({ variant, params }: Warning): string | null {
  const problem = params?.problem;
  if (variant !== 'oneFile' || typeof problem !== 'object' || problem === null || !('params' in problem)) return null;
  const inner = problem.params;
  return typeof inner === 'object' && inner !== null && 'path' in inner ? String(inner.path) : null;
}
