/** Derives possible locations of a task's source from its name. */
import type { Job } from '../../../shared/job.ts';

/** The task or function to find. */
export type SourceQuery =
  | { readonly engine: 'celery'; readonly name: string }
  | { readonly engine: 'inngest'; readonly name: string };

/** The task or function of a job, or null if it has no source. */
export function sourceQueryOf(
  { engine, type }: Pick<Job, 'engine' | 'type'>,
  metadata: unknown = null,
): SourceQuery | null {
  if (engine === 'celery') return isTaskName(type) ? { engine, name: type } : null;
  if (engine !== 'inngest') return null;
  const { function: named } = (typeof metadata === 'object' ? (metadata ?? {}) : {}) as { function?: unknown };
  // Types have the form `app/function`. A job of an event without a run yet has the event's name as its type.
  const name = typeof named === 'string' ? named : type.includes('/') ? type.slice(type.indexOf('/') + 1) : '';
  return name === '' ? null : { engine, name };
}

function isTaskName(name: string): boolean {
  return name !== '' && name.length <= 500;
}

/** A possible location of a Python module. */
export interface ModulePlace {
  /** Glob of files that may contain it. */
  readonly glob: string;
  readonly functionName: string;
}

const identifier = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * Locations of the task `module.task`, best first: the module or package anywhere in the workspace, then modules of that
 * package, then shorter paths, because the workspace may be a folder inside the package.
 */
export function modulePlaces(name: string): ModulePlace[] {
  const parts = name.split('.');
  const functionName = parts.pop() ?? '';
  if (parts.length === 0 || ![...parts, functionName].every((part) => identifier.test(part))) return [];
  const whole = parts.join('/');
  const ends = parts.slice(1).map((_, index) => parts.slice(index + 1).join('/'));
  const globs = [
    `**/${whole}.py`,
    `**/${whole}/__init__.py`,
    `**/${whole}/**/*.py`,
    ...ends.flatMap((end) => [`${end}.py`, `${end}/__init__.py`, `src/${end}.py`]),
  ];
  return globs.map((glob) => ({ glob, functionName }));
}

/** Shallow paths first, to prefer the project's own package over a vendored copy. */
export function byDepth(one: string, other: string): number {
  return one.split('/').length - other.split('/').length || one.localeCompare(other);
}
