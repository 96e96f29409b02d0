/** Lists all mismatches between a value and a schema, with their location and the expected value. */
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { toProblem } from '../validation.ts';
import { suggestion } from './near.ts';

export type Path = readonly (string | number)[];

/** A mismatch. `says` completes a sentence about the location. `onKey`: the key is wrong, not the value. */
export interface Misfit {
  path: Path;
  says: string;
  hint?: string;
  onKey?: boolean;
  /** Offset in the text if the path does not lead there. */
  offset?: number;
}

/** The JSON Schema keywords that the schema of definitions uses. */
interface Words {
  anyOf?: TSchema[];
  type?: string;
  const?: unknown;
  properties?: Record<string, TSchema>;
  patternProperties?: Record<string, TSchema>;
  required?: string[];
  items?: TSchema;
  patternErrorMessage?: string;
}

/** All mismatches, in the order of the schema. */
export function misfits(schema: TSchema, value: unknown, path: Path = []): Misfit[] {
  const words = schema as Words;
  if (words.anyOf !== undefined) return ofChoice(words.anyOf, value, path);
  if (words.type !== undefined && !hasType(words.type, value))
    return [{ path, says: `must be ${typeNames(words.type)}` }];
  if (words.properties !== undefined) return ofObject(words, value as Record<string, unknown>, path);
  if (words.patternProperties !== undefined) return ofRecord(words.patternProperties, value as object, path);
  const items = words.items;
  const inside =
    items === undefined ? [] : (value as unknown[]).flatMap((item, index) => misfits(items, item, [...path, index]));
  return inside.length > 0 ? inside : ofLeaf(schema, value, path);
}

function ofChoice(choices: TSchema[], value: unknown, path: Path): Misfit[] {
  const found = choices.map((choice) => misfits(choice, value, path));
  if (found.some((one) => one.length === 0)) return [];
  // A mistake inside a value of the right type says more than a list of alternatives.
  const alike = choices.findIndex((choice) => typeFits(choice as Words, value));
  const own = found[alike];
  if (own !== undefined && own.length > 0) return own;
  return [{ path, says: `must be ${choices.map((choice) => choiceName(choice as Words)).join(' or ')}` }];
}

function typeFits({ type, const: only }: Words, value: unknown): boolean {
  return type !== undefined && only === undefined && hasType(type, value);
}

function choiceName({ type, const: only }: Words): string {
  return only === undefined ? typeNames(type ?? '') : JSON.stringify(only);
}

function ofObject({ properties = {}, required = [] }: Words, value: Record<string, unknown>, path: Path): Misfit[] {
  const known = Object.keys(properties);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  return [
    ...unknown.map((key) => ({
      path: [...path, key],
      onKey: true,
      says: 'is not a known property',
      hint: suggestion(
        key,
        known.filter((one) => !Object.hasOwn(value, one) && !one.startsWith('$')),
      ),
    })),
    ...required.filter((key) => !Object.hasOwn(value, key)).map((key) => ({ path, says: `needs “${key}”` })),
    ...Object.entries(properties).flatMap(([key, schema]) =>
      Object.hasOwn(value, key) ? misfits(schema, value[key], [...path, key]) : [],
    ),
  ];
}

function ofRecord(patterns: Record<string, TSchema>, value: object, path: Path): Misfit[] {
  return Object.entries(value).flatMap(([key, one]) => {
    const fitting = Object.entries(patterns).find(([pattern]) => new RegExp(pattern).test(key));
    if (fitting !== undefined) return misfits(fitting[1], one, [...path, key]);
    const says = 'is not a valid name: use up to 100 letters, digits, “_”, “-”, “.” and, in names of jobs, “:”';
    return [{ path: [...path, key], onKey: true, says }];
  });
}

function ofLeaf(schema: TSchema, value: unknown, path: Path): Misfit[] {
  const [error] = Value.Errors(schema, value);
  if (error === undefined) return [];
  const own = error.keyword === 'pattern' ? (schema as Words).patternErrorMessage : undefined;
  return [{ path, says: own ?? toProblem(error).says }];
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function typeNames(type: string): string {
  const names: Record<string, string> = { string: 'a string', integer: 'a whole number', number: 'a number' };
  return { ...names, boolean: 'true or false', object: 'an object', array: 'a list' }[type] ?? type;
}
