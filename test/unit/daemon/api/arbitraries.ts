/** Generates values with fast-check from the JSON schemas of the OpenAPI document: valid ones, and nearly valid ones. */
import fc, { type Arbitrary } from 'fast-check';

export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** Usual maximum length of lists and texts. Large values have their own tests. */
const usual = 6;

/** Values that exist. Other values of these fields are mostly rejected early, so they would test little. */
export const known: Record<string, unknown> = {
  cwd: '/',
  id: 'a',
  parentId: 'a',
  queue: 'gpu',
  cron: '0 3 * * *',
  timezone: 'Europe/Berlin',
  from: '2026-01-01',
  to: '2026-02-01',
  every: '1d',
};

/** Generates valid values. */
export function fitting(schema: Schema): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return integer(schema);
    case 'number':
      return fc
        .double({ min: schema.minimum ?? schema.exclusiveMinimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true })
        .map((number) => (schema.exclusiveMinimum !== undefined && number <= schema.exclusiveMinimum ? 1 : number));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(fitting(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? usual, usual)),
      });
    case 'object':
      return object(schema);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

/** Generates mostly small numbers, and some as large as allowed. */
function integer({ minimum = -1000, maximum = 1e300 }: Schema): Arbitrary<number> {
  const usually = fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) });
  return fc.oneof({ weight: 9, arbitrary: usually }, { weight: 1, arbitrary: fc.constant(maximum) });
}

function text({ pattern, format, minLength = 0, maxLength = 300 }: Schema): Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (pattern !== undefined) {
    return fc.stringMatching(new RegExp(pattern)).filter(({ length }) => length >= minLength && length <= maxLength);
  }
  return fc.string({ unit: 'binary', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 30)) });
}

function field(name: string, schema: Schema): Arbitrary<unknown> {
  const any = fitting(schema);
  if (!(name in known)) return any;
  return fc.oneof({ weight: 5, arbitrary: fc.constant(known[name]) }, { weight: 1, arbitrary: any });
}

function object({ properties = {}, required = [], patternProperties = {} }: Schema): Arbitrary<unknown> {
  const [values] = Object.values(patternProperties);
  if (values) return fc.dictionary(fc.string({ maxLength: 8 }), fitting(values), { maxKeys: 4 });
  const arbitraries = Object.fromEntries(Object.entries(properties).map(([name, own]) => [name, field(name, own)]));
  return fc.record(arbitraries, { requiredKeys: required });
}

/** Generates valid values with one change: a different value, an additional one, or a missing one. */
export function nearlyFitting(schema: Schema): Arbitrary<unknown> {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      '',
      -1,
      1e308,
      2 ** 53,
      'x'.repeat(10_000),
      '\u0000',
      '\ud800',
      '../..',
      '2026-13-01',
      [],
      {},
    ),
  );
  return fc.tuple(fitting(schema), fc.nat(), odd, fc.boolean()).map(([value, at, other, drop]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return other;
    const names = [...Object.keys(value), 'unknownField'];
    const { [names[at % names.length] ?? '']: _, ...rest } = value as Record<string, unknown>;
    return drop ? rest : { ...rest, [names[at % names.length] ?? '']: other };
  });
}
