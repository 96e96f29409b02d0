/** Placeholders in the texts of a definition: `${workspaceFolder}`, `${env:X}`, `${input:ID}`, `${range.start}`. */
import { suggestion } from './near.ts';

/** `${…}`, unless it is written `$${…}`, which stands for a `${…}` that is somebody else’s. */
const placeholder = /\$(\$\{)|\$\{([^}]*)\}/g;
/** What backfills fill in; see shared/backfill.ts. */
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
  | { kind: 'unknown'; hint: string };

/** The placeholders of a text, in their order. */
export function placeholdersIn(text: string): (Placeholder & { source: string })[] {
  return [...text.matchAll(placeholder)].flatMap(([source, escaped, inner = '']) =>
    escaped === undefined ? [{ ...read(inner), source }] : [],
  );
}

/**
 * The text with each placeholder replaced by what `value` gives for it. Those of a range stay: a backfill fills them in.
 * `$${` becomes `${`.
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
  return { kind: 'unknown', hint: `${suggestion(inner, forms)} A “\${” for the shell is written “$\${”.` };
}
