/** Where the source of a task may be, by its name alone. */
import type { Job } from '../../../shared/job.ts';

/** What is looked for. */
export type Sought =
  | { readonly engine: 'celery'; readonly name: string }
  | { readonly engine: 'inngest'; readonly name: string };

/** The task or function a job is of; null when it is of none that has a source. */
export function soughtOf({ engine, type }: Pick<Job, 'engine' | 'type'>, metadata: unknown = null): Sought | null {
  if (engine === 'celery') return isTaskName(type) ? { engine, name: type } : null;
  if (engine !== 'inngest') return null;
  const { function: named } = (typeof metadata === 'object' ? (metadata ?? {}) : {}) as { function?: unknown };
  // Types are `app/function`; what an event started that has no run yet has the name of the event.
  const name = typeof named === 'string' ? named : type.includes('/') ? type.slice(type.indexOf('/') + 1) : '';
  return name === '' ? null : { engine, name };
}

function isTaskName(name: string): boolean {
  return name !== '' && name.length <= 500;
}

/** A place of a Python module in a workspace, best first. */
export interface ModulePlace {
  /** Glob of files that may hold it. */
  readonly glob: string;
  readonly functionName: string;
}

const identifier = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * The files that may hold the task `module.task`: the module itself or its package, anywhere in the workspace (`src/` and
 * the like); then modules of that package; then, as the workspace may be a folder inside of it, the ends of the name.
 */
export function modulePlaces(name: string): ModulePlace[] {
  const parts = name.split('.');
  const functionName = parts.pop() ?? '';
  if (parts.length === 0 || ![...parts, functionName].every((part) => identifier.test(part))) return [];
  const whole = parts.join('/');
  const ends = parts.slice(1).map((_, index) => parts.slice(index + 1).join('/'));
  const globs = [
    ...[`**/${whole}.py`, `**/${whole}/__init__.py`, `**/${whole}/**/*.py`],
    ...ends.flatMap((end) => [`${end}.py`, `${end}/__init__.py`, `src/${end}.py`]),
  ];
  return globs.map((glob) => ({ glob, functionName }));
}

/** The shallowest path first: of two packages of a name the one that is not vendored somewhere deep. */
export function byDepth(one: string, other: string): number {
  return one.split('/').length - other.split('/').length || one.localeCompare(other);
}
