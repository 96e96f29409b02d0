/** The usable content of a definition file, and how it is told apart from another one. */
import { createHash } from 'node:crypto';
import { canonical, contentOf } from '../../shared/definitions/content.ts';
import type { Parsed } from '../../shared/definitions/parse.ts';
import type { Definitions } from '../../shared/definitions/schema.ts';

/**
 * The content of a file in which each job and queue with a problem has its last valid version, if there is one. Null if
 * the file can't be read.
 */
export function usable({ definitions, broken }: Parsed, active: Definitions): Definitions | null {
  if (definitions === null) return null;
  const merged = <T>(section: 'jobs' | 'queues', now: Record<string, T> = {}, before: Record<string, T> = {}) => {
    const kept = Object.entries(before).filter(([name]) => broken[section].has(name));
    return Object.fromEntries([...Object.entries(now), ...kept]);
  };
  return {
    jobs: merged('jobs', definitions.jobs, active.jobs),
    queues: merged('queues', definitions.queues, active.queues),
  };
}

/** The text to store for a file with problems. It differs from the file, which is therefore checked again at the start. */
export function lastValid(definitions: Definitions): string {
  return `// The last valid version\n${JSON.stringify(definitions)}`;
}

/** Identifies content. */
export function digestOf(definitions: Definitions): string {
  return createHash('sha256')
    .update(canonical(contentOf(definitions)))
    .digest('hex');
}
