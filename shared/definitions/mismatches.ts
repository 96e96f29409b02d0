/** Lists all mismatches between a value and a schema, with their location and the expected value. */
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { plainMessage } from '../messages/define.ts';
import { definitionHint, definitionMismatch } from '../messages/definitionMismatches.ts';
import type { Message } from '../messages/schema.ts';
import { choiceMismatch, toMismatch, typeMessage, typesMismatch } from '../validation.ts';
import { suggestion } from './near.ts';

export type Path = readonly (string | number)[];

export interface Mismatch {
  path: Path;
  /** The end of a sentence that begins with the location. */
  predicate: Message;
  hint?: Message;
  /** The key is wrong, not the value. */
  onKey?: boolean;
  /** Offset in the text if the path does not lead there. */
  offset?: number;
}

/** The JSON Schema keywords that the schema of definitions uses. */
interface Keywords {
  anyOf?: TSchema[];
  type?: string;
  const?: unknown;
  properties?: Record<string, TSchema>;
  patternProperties?: Record<string, TSchema>;
  required?: string[];
  items?: TSchema;
  patternMismatch?: Message;
}

/** All mismatches, in the order of the schema. */
export function mismatches(schema: TSchema, value: unknown, path: Path = []): Mismatch[] {
  const keywords = schema as Keywords;
  if (keywords.anyOf !== undefined) return ofChoice(keywords.anyOf, value, path);
  if (keywords.type !== undefined && !hasType(keywords.type, value))
    return [{ path, predicate: typesMismatch([keywords.type]) }];
  if (keywords.properties !== undefined) return ofObject(keywords, value as Record<string, unknown>, path);
  if (keywords.patternProperties !== undefined) return ofRecord(keywords.patternProperties, value as object, path);
  const items = keywords.items;
  const inside =
    items === undefined ? [] : (value as unknown[]).flatMap((item, index) => mismatches(items, item, [...path, index]));
  return inside.length > 0 ? inside : ofLeaf(schema, value, path);
}

function ofChoice(choices: TSchema[], value: unknown, path: Path): Mismatch[] {
  const found = choices.map((choice) => mismatches(choice, value, path));
  if (found.some((one) => one.length === 0)) return [];
  // A mistake inside a value of the right type says more than a list of alternatives.
  const alike = choices.findIndex((choice) => typeFits(choice as Keywords, value));
  const own = found[alike];
  if (own !== undefined && own.length > 0) return own;
  return [{ path, predicate: choiceMismatch(choices.map((choice) => choiceName(choice as Keywords))) }];
}

function typeFits({ type, const: only }: Keywords, value: unknown): boolean {
  return type !== undefined && only === undefined && hasType(type, value);
}

function choiceName({ type, const: only }: Keywords): Message {
  return only === undefined ? typeMessage(type ?? '') : plainMessage(JSON.stringify(only));
}

function ofObject(
  { properties = {}, required = [] }: Keywords,
  value: Record<string, unknown>,
  path: Path,
): Mismatch[] {
  const known = Object.keys(properties);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  return [
    ...unknown.map((key) => ({
      path: [...path, key],
      onKey: true,
      predicate: definitionMismatch('definition.unknownProperty'),
      hint: isTypeOfJob(key, path)
        ? definitionHint('definition.nameIsType')
        : suggestion(
            key,
            known.filter((one) => !Object.hasOwn(value, one) && !one.startsWith('$')),
          ),
    })),
    ...required
      .filter((key) => !Object.hasOwn(value, key))
      .map((key) => ({
        path,
        predicate: definitionMismatch('definition.missingProperty', { property: key }),
      })),
    ...Object.entries(properties).flatMap(([key, schema]) =>
      Object.hasOwn(value, key) ? mismatches(schema, value[key], [...path, key]) : [],
    ),
  ];
}

/** Jobs of the API have a type; definitions don't. */
function isTypeOfJob(key: string, path: Path): boolean {
  return key === 'type' && path.length === 2 && path[0] === 'jobs';
}

function ofRecord(patterns: Record<string, TSchema>, value: object, path: Path): Mismatch[] {
  return Object.entries(value).flatMap(([key, one]) => {
    const fitting = Object.entries(patterns).find(([pattern]) => new RegExp(pattern).test(key));
    if (fitting !== undefined) return mismatches(fitting[1], one, [...path, key]);
    return [{ path: [...path, key], onKey: true, predicate: definitionMismatch('definition.name') }];
  });
}

function ofLeaf(schema: TSchema, value: unknown, path: Path): Mismatch[] {
  const [error] = Value.Errors(schema, value);
  if (error === undefined) return [];
  const own = error.keyword === 'pattern' ? (schema as Keywords).patternMismatch : undefined;
  return [{ path, predicate: own ?? toMismatch(error).predicate }];
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
