/** Placeholders in definitions: `${workspaceFolder}`, `${env:X}`, `${input:ID}`, `${range.start}`. */

/** `${…}`, but not the escaped form `$${…}`, which produces a literal `${…}`. */
const placeholder = /\$(\$\{)|\$\{([^}]*)\}/g;
/** Placeholders that backfills replace; see shared/backfill.ts. */
const range = /^range\.(start|end)(:date)?$/;

export type Placeholder =
  | { kind: 'workspaceFolder' | 'range' }
  | { kind: 'env' | 'input'; name: string }
  | { kind: 'unknown'; text: string };

/** The placeholders of a text, in order. */
export function placeholdersIn(text: string): (Placeholder & { source: string })[] {
  return [...text.matchAll(placeholder)].flatMap(([source, escaped, inner = '']) =>
    escaped === undefined ? [{ ...read(inner), source }] : [],
  );
}

/** A text in parts: literal text, with `$${` as `${`, and placeholders. Those of ranges are text. */
export function partsOf(text: string): (string | (Placeholder & { source: string }))[] {
  const parts: (string | (Placeholder & { source: string }))[] = [];
  let end = 0;
  for (const { 0: source, 1: escaped, 2: inner = '', index } of text.matchAll(placeholder)) {
    const one = read(inner);
    const literal = escaped ?? (one.kind === 'range' ? source : '');
    parts.push(text.slice(end, index) + literal);
    if (literal === '') parts.push({ ...one, source });
    end = index + source.length;
  }
  return [...parts, text.slice(end)];
}

/**
 * Replaces each placeholder with the result of `value` and `$${` with `${`. Range placeholders remain for the backfill.
 */
export function fillIn(text: string, value: (one: Placeholder & { source: string }) => string): string {
  return partsOf(text)
    .map((part) => (typeof part === 'string' ? part : value(part)))
    .join('');
}

function read(inner: string): Placeholder {
  if (inner === 'workspaceFolder') return { kind: 'workspaceFolder' };
  if (range.test(inner)) return { kind: 'range' };
  const [, kind, name = ''] = /^(env|input):(.+)$/.exec(inner) ?? [];
  if (kind === 'env' || kind === 'input') return { kind, name };
  return { kind: 'unknown', text: inner };
}
