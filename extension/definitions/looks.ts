/** How jobs of a type look, and what is said of them, by their definition. Pure. */

import { fillIn, placeholdersIn } from '../../shared/definitions/placeholders.ts';
import type { JobDefinition } from '../../shared/definitions/schema.ts';
import type { Job } from '../../shared/job.ts';
import { shownStatus } from '../../shared/status.ts';
import type { RowIcon } from '../row/icons.ts';

/** A definition with where it is from. */
export interface Defined {
  readonly name: string;
  /** Path of its file. */
  readonly file: string;
  /** The folder of its file; null for that of the home. */
  readonly workspace: string | null;
  readonly definition: JobDefinition;
}

/** What stands for a placeholder. */
export interface Values {
  readonly workspace: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the job was given. */
  readonly input: unknown;
}

export interface ShownLink {
  readonly label: string;
  readonly url: string;
}

/** The definition a job is of: that of its workspace, else that for every folder. */
export function definitionOf(defined: readonly Defined[], job: Pick<Job, 'type' | 'workspace'>): Defined | null {
  const ofType = defined.filter(({ name }) => name === job.type);
  const own = ofType.find(({ workspace }) => workspace !== null && workspace === job.workspace);
  return own ?? ofType.find(({ workspace }) => workspace === null) ?? null;
}

/**
 * The picture of a job whose type has an icon or a colour. Only what goes as it should gets them: that something
 * failed, waits or was cancelled is to be seen by the shape that says so for every job.
 */
export function ownIcon(job: Job, { icon, color }: JobDefinition, standard: RowIcon): RowIcon {
  const status = shownStatus(job);
  if (status !== 'running' && status !== 'completed') return standard;
  return { icon: icon ?? standard.icon, color: color ?? standard.color };
}

/** A text of a definition with its placeholders filled in; null when one of them has no value. */
export function filled(text: string, values: Values): string | null {
  let whole = true;
  const result = fillIn(text, (one) => {
    const value = replacement(one, values);
    if (value === null) whole = false;
    return value ?? '';
  });
  return whole ? result : null;
}

/** Whether a text can only be filled in with what the job was given. */
export function needsInput(text: string): boolean {
  return placeholdersIn(text).some(({ kind }) => kind === 'input');
}

/** The links of a definition that can be filled in and lead to a page. What is put into an address is encoded. */
export function linksOf({ links = [] }: JobDefinition, values: Values): ShownLink[] {
  return links.flatMap(({ label, url }) => {
    const address = filledAddress(url, values);
    return address !== null && /^https?:\/\//i.test(address) ? [{ label, url: address }] : [];
  });
}

/** A value that begins an address is its origin; further on it is a part of a path or a query. */
function filledAddress(url: string, values: Values): string | null {
  let whole = true;
  const result = fillIn(url, (one) => {
    const value = replacement(one, values);
    if (value === null) whole = false;
    return url.startsWith(one.source) ? (value ?? '') : encodeURIComponent(value ?? '');
  });
  return whole ? result : null;
}

function replacement(one: ReturnType<typeof placeholdersIn>[number], { workspace, env, input }: Values): string | null {
  if (one.kind === 'workspaceFolder') return workspace;
  if (one.kind === 'env') return env[one.name] ?? null;
  if (one.kind !== 'input' || typeof input !== 'object' || input === null) return null;
  const value: unknown = Object.hasOwn(input, one.name) ? (input as Record<string, unknown>)[one.name] : null;
  return typeof value === 'string' ? value : null;
}
