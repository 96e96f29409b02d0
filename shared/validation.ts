/** Validates outside data against a schema, with a message about the first mismatch. */
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { wholeCharacters } from './keyText.ts';
import { plainMessage } from './messages/define.ts';
import type { Message } from './messages/schema.ts';
import { invalidValue, mismatch, typeName, type Whole } from './messages/validation.ts';

/** A mismatch between a value and its schema. */
export interface Mismatch {
  /** The place as a JSON pointer; empty for the whole value. */
  pointer: string;
  keyword: string;
  /** The end of a sentence that begins with the place, such as “must be a string”. */
  predicate: Message;
}

/** Either the value, typed by the schema, or the first mismatch. */
export type Checked<T> = { value: T; problem: null } | { value: null; problem: Mismatch };

type Errors = ReturnType<ReturnType<typeof Compile>['Errors']>;
type SchemaError = Errors[number];

/** A function that validates values. The schema is compiled at the first call, because most routes are never used. */
export function compile<T extends TSchema>(schema: T): (value: unknown) => Checked<Static<T>> {
  let validator: ReturnType<typeof Compile> | null = null;
  return (value) => {
    validator ??= Compile(schema);
    return validator.Check(value)
      ? { value: value as Static<T>, problem: null }
      : { value: null, problem: worst(validator.Errors(value)) };
  };
}

/** The mismatch as a sentence. `whole` is what the value is called if the mismatch is not about one of its fields. */
export function mismatchMessage({ pointer, predicate }: Mismatch, whole: Whole): Message {
  return pointer === ''
    ? invalidValue(`invalid.${whole}`, { mismatch: predicate })
    : invalidValue('invalid.field', { field: fieldName(pointer), mismatch: predicate });
}

/** `/command/argv/0` → `command.argv[0]`. */
function fieldName(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}

/** The most helpful error: preferably one outside of alternatives, else the best one about the alternatives. */
function worst(errors: Errors): Mismatch {
  const plain = errors.find((error) => !/anyOf/.test(`${error.schemaPath}/${error.keyword}`) && !isEcho(error));
  if (plain !== undefined) return toMismatch(plain);
  const choice = errors.find((error) => error.keyword === 'anyOf');
  if (choice === undefined) return { pointer: '', keyword: '', predicate: mismatch('mismatch.notValid') };
  const inside = errors.filter((error) => error.schemaPath.startsWith(`${choice.schemaPath}/anyOf/`) && !isEcho(error));
  const pointer = choice.instancePath;
  const misfits = inside.filter(isAboutFields);
  const types = inside.filter((error) => error.keyword === 'type' && error.instancePath === pointer);
  const wrong = new Set([...misfits, ...types].map(alternativeOf));
  // If an alternative has the right fields and type, its own error is more helpful than “must be one of”.
  const own = inside.find((error) => !wrong.has(alternativeOf(error)));
  if (own !== undefined) return toMismatch(own);
  const predicate = misfits.length > 0 ? fieldChoice(misfits) : typesMismatch(types.flatMap(typesIn));
  return { pointer, keyword: 'anyOf', predicate };
}

const alternativeOf = (error: SchemaError) => error.schemaPath.replace(/^(.*\/anyOf\/\d+).*$/, '$1');

const isAboutFields = (error: SchemaError) => error.keyword === 'required' || error.keyword === 'additionalProperties';

function fieldChoice(misfits: SchemaError[]): Message {
  const names = misfits.filter((error) => error.keyword === 'required').flatMap(namesIn);
  const choices = names.length > 0 ? names : misfits.flatMap(namesIn);
  return mismatch('mismatch.oneOfFields', { fields: [...new Set(choices)].map((name) => `“${name}”`).join(', ') });
}

/** The fields an error of `required` or `additionalProperties` is about. */
function namesIn(error: SchemaError): string[] {
  const params = error.params as { requiredProperties?: string[]; additionalProperties?: string[] };
  return params.requiredProperties ?? params.additionalProperties ?? [];
}

/** Unknown fields are reported twice: once like this, and once by `additionalProperties`, with the field's name. */
function isEcho(error: SchemaError): boolean {
  return error.keyword === 'boolean';
}

/** Converts an error of TypeBox. */
export function toMismatch(error: SchemaError): Mismatch {
  const { keyword, instancePath } = error;
  const params = error.params as Record<string, unknown>;
  if (keyword === 'type') return { pointer: instancePath, keyword, predicate: typesMismatch(typesIn(error)) };
  if (!isAboutFields(error)) {
    return { pointer: instancePath, keyword, predicate: predicateOf(keyword, params, error.message) };
  }
  const pointer = `${instancePath}/${namesIn(error)[0] ?? ''}`;
  const predicate = mismatch(keyword === 'required' ? 'mismatch.missing' : 'mismatch.unknownField');
  return { pointer, keyword, predicate };
}

/** The types that the schema allows. */
function typesIn(error: SchemaError): string[] {
  return [(error.params as { type?: string | string[] }).type ?? []].flat();
}

/** “must be …” with the names of types from JSON Schema. */
export function typesMismatch(types: readonly string[]): Message {
  return choiceMismatch([...new Set(types)].map(typeMessage));
}

/** “must be …” with a choice of descriptions. */
export function choiceMismatch(choices: readonly Message[]): Message {
  const [first, second, third, ...more] = choices;
  if (first === undefined || more.length > 0) return mismatch('mismatch.otherType');
  if (second === undefined) return mismatch('mismatch.type', { type: first });
  if (third === undefined) return mismatch('mismatch.twoTypes', { first, second });
  return mismatch('mismatch.threeTypes', { first, second, third });
}

/** The name of a type from JSON Schema. */
export function typeMessage(type: string): Message {
  const code = `type.${type}`;
  return isTypeCode(code) ? typeName(code) : plainMessage(type);
}

function isTypeCode(code: string): code is keyof typeof typeName.table {
  return Object.hasOwn(typeName.table, code);
}

function predicateOf(keyword: string, params: Record<string, unknown>, message: string): Message {
  const limit = Number(params.limit);
  switch (keyword) {
    case 'enum':
      return mismatch('mismatch.oneOf', { values: [params.allowedValues].flat().join(', ') });
    case 'const':
      return mismatch('mismatch.value', { value: JSON.stringify(params.allowedValue) });
    case 'minLength':
    case 'minItems':
      return limit === 1 ? mismatch('mismatch.empty') : mismatch(`mismatch.${keyword}`, { count: limit });
    case 'maxLength':
    case 'maxItems':
      return mismatch(`mismatch.${keyword}`, { count: limit });
    case 'minimum':
    case 'maximum':
      return mismatch(`mismatch.${keyword}`, { limit });
    case 'format':
      return params.format === 'date-time'
        ? mismatch('mismatch.time')
        : mismatch('mismatch.format', { format: String(params.format) });
    case 'pattern':
      if (String(params.pattern) === wholeCharacters) return mismatch('mismatch.wholeCharacters');
      return mismatch('mismatch.pattern', { pattern: String(params.pattern) });
    default:
      return plainMessage(message);
  }
}
