/** Icons, links and messages of jobs by their definition. Pure. */

import { fillIn, placeholdersIn } from '../../shared/definitions/placeholders.ts';
import type { JobDefinition } from '../../shared/definitions/schema.ts';
import type { Job } from '../../shared/job.ts';
import { shownStatus } from '../../shared/status.ts';
import type { RowIcon } from '../row/icons.ts';

/** A definition and its file. */
export interface Defined {
  readonly name: string;
  /** Path of the file. */
  readonly file: string;
  /** The workspace folder of the file, or null for the file in the home. */
  readonly workspace: string | null;
  readonly definition: JobDefinition;
}

/** Values of placeholders. */
export interface Values {
  readonly workspace: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The input of the job. */
  readonly input: unknown;
}

export interface ShownLink {
  readonly label: string;
  readonly url: string;
}

/**
 * The definition of a job: the one it came from, if it is known. Otherwise the one with the name of its type: of its
 * workspace, or the global one.
 */
export function definitionOf(
  defined: readonly Defined[],
  job: Pick<Job, 'type' | 'workspace' | 'definition'>,
): Defined | null {
  const { definition } = job;
  const recorded = definition && defined.find(({ file, name }) => file === definition.file && name === definition.name);
  if (recorded) return recorded;
  const ofType = defined.filter(({ name }) => name === job.type);
  const own = ofType.find(({ workspace }) => workspace !== null && workspace === job.workspace);
  return own ?? ofType.find(({ workspace }) => workspace === null) ?? null;
}

/**
 * The icon of a job whose type has an icon or a color. Only running and completed jobs use it, so that other statuses
 * keep their common icon.
 */
export function ownIcon(job: Job, { icon, color }: JobDefinition, standard: RowIcon): RowIcon {
  const status = shownStatus(job);
  if (status !== 'running' && status !== 'completed') return standard;
  return { icon: icon ?? standard.icon, color: color ?? standard.color };
}

/** Fills in the placeholders of a text. Null if one has no value. */
export function filled(text: string, values: Values): string | null {
  let whole = true;
  const result = fillIn(text, (one) => {
    const value = replacement(one, values);
    if (value === null) whole = false;
    return value ?? '';
  });
  return whole ? result : null;
}

/** Whether a text has placeholders for the input of the job. */
export function needsInput(text: string): boolean {
  return placeholdersIn(text).some(({ kind }) => kind === 'input');
}

/** The links of a definition with an http(s) URL. Links with missing values are left out. */
export function linksOf({ links = [] }: JobDefinition, values: Values): ShownLink[] {
  return links.flatMap(({ label, url }) => {
    const address = filledAddress(url, values);
    return address !== null && /^https?:\/\//i.test(address) ? [{ label, url: address }] : [];
  });
}

/** A value at the start of a URL is its origin. Other values are encoded as a part of the path or query. */
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
