/** Placeholders in definitions: `${workspaceFolder}`, `${env:X}`, `${input:ID}`, `${range.start}`. */
import { definitionHint } from '../messages/definitionMismatches.ts';
import type { Message } from '../messages/schema.ts';
import { suggestion } from './near.ts';

/** `${…}`, but not the escaped form `$${…}`, which produces a literal `${…}`. */
const placeholder = /\$(\$\{)|\$\{([^}]*)\}/g;
/** Placeholders that backfills replace; see shared/backfill.ts. */
const range = /^range\.(start|end)(:date)?$/;
const forms = [
  'workspaceFolder',
  'env:NAME',
  'input:ID',
  'range.start',
  'range.end',
  'range.start:date',
  'range.end:date',
];

export type Placeholder =
  | { kind: 'workspaceFolder' | 'range' }
  | { kind: 'env' | 'input'; name: string }
  | { kind: 'unknown'; hint: Message };

/** The placeholders of a text, in order. */
export function placeholdersIn(text: string): (Placeholder & { source: string })[] {
  return [...text.matchAll(placeholder)].flatMap(([source, escaped, inner = '']) =>
    escaped === undefined ? [{ ...read(inner), source }] : [],
  );
}

/**
 * Replaces each placeholder with the result of `value` and `$${` with `${`. Range placeholders remain for the backfill.
 */
export function fillIn(text: string, value: (one: Placeholder & { source: string }) => string): string {
  return text.replace(placeholder, (source: string, escaped: string | undefined, inner: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const one = read(inner ?? '');
    return one.kind === 'range' ? source : value({ ...one, source });
  });
}

function read(inner: string): Placeholder {
  if (inner === 'workspaceFolder') return { kind: 'workspaceFolder' };
  if (range.test(inner)) return { kind: 'range' };
  const [, kind, name = ''] = /^(env|input):(.+)$/.exec(inner) ?? [];
  if (kind === 'env' || kind === 'input') return { kind, name };
  return { kind: 'unknown', hint: definitionHint('definition.escape', { suggestion: suggestion(inner, forms) }) };
}
