/**
 * What a definition file can cause: its commands, schedules and queues, without comments, layout, order, and properties
 * that only affect how jobs look. Trust is given to this content. Pure.
 */
import { placeholdersIn } from './placeholders.ts';
import type { Definitions, JobDefinition } from './schema.ts';
import type { DefinitionChange } from './wire.ts';

type Fields = Record<string, unknown>;
/** Jobs and queues by name. */
export type Content = Record<'queue' | 'job', Record<string, Fields>>;

/** The content of a file. */
export function contentOf({ jobs = {}, queues = {} }: Definitions): Content {
  const entries = Object.entries(jobs).map(([name, job]): [string, Fields] => [name, effectsOf(job)]);
  return { queue: { ...queues }, job: Object.fromEntries(entries) };
}

/** A job without what only affects its looks. A label with placeholders reveals variables, so it stays. */
function effectsOf({ icon, color, links, notifications, messages, label, inputs, ...job }: JobDefinition): Fields {
  return {
    ...job,
    ...(label === undefined || placeholdersIn(label).length === 0 ? {} : { label }),
    ...(inputs === undefined ? {} : { inputs: inputs.map(({ description: _, ...input }) => input) }),
  };
}

/** A value as JSON, the same for every order of its properties. */
export function canonical(content: unknown): string {
  return JSON.stringify(content, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The differences, queues first. */
export function changesBetween(before: Content, after: Content): DefinitionChange[] {
  return (['queue', 'job'] as const).flatMap((kind) => {
    const names = new Set([...Object.keys(before[kind]), ...Object.keys(after[kind])]);
    return [...names].sort().flatMap((name): DefinitionChange[] => {
      const [old, now] = [own(before[kind], name), own(after[kind], name)];
      const fields = fieldChanges(old ?? {}, now ?? {});
      if (old !== undefined && now !== undefined && fields.length === 0) return [];
      return [{ kind, name, change: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed', fields }];
    });
  });
}

function fieldChanges(before: Fields, after: Fields): DefinitionChange['fields'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((field) => {
    const [old, now] = [textOf(before[field]), textOf(after[field])];
    return old === now ? [] : [{ field, before: old, after: now }];
  });
}

/** A value as JSON with its properties in alphabetical order; null if there is none. */
function textOf(value: unknown): string | null {
  return value === undefined ? null : canonical(value);
}

function own(all: Record<string, Fields>, name: string): Fields | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined;
}
