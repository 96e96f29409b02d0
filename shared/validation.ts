/** Validates outside data against a schema, with a sentence about the first problem. */
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** A problem: where it is (a JSON pointer, empty for the whole value), and the predicate of a sentence about it. */
export interface Problem {
  pointer: string;
  keyword: string;
  /** Such as `must be a string`. */
  says: string;
}

/** Either the value, typed by the schema, or the first problem. */
export type Checked<T> = { value: T; problem: null } | { value: null; problem: Problem };

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

/** A problem as a sentence; `whole` names the value, such as `The body`. */
export function sentence(problem: Problem, whole: string): string {
  return problem.pointer === '' ? `${whole} ${problem.says}.` : `“${fieldName(problem.pointer)}” ${problem.says}.`;
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
function worst(errors: Errors): Problem {
  const plain = errors.find((error) => !/anyOf/.test(`${error.schemaPath}/${error.keyword}`) && !isEcho(error));
  if (plain !== undefined) return toProblem(plain);
  const choice = errors.find((error) => error.keyword === 'anyOf');
  if (choice === undefined) return { pointer: '', keyword: '', says: 'is not valid' };
  const inside = errors.filter((error) => error.schemaPath.startsWith(`${choice.schemaPath}/anyOf/`) && !isEcho(error));
  const pointer = choice.instancePath;
  const misfits = inside.filter(isMisfit);
  const types = inside.filter((error) => error.keyword === 'type' && error.instancePath === pointer);
  const wrong = new Set([...misfits, ...types].map(alternativeOf));
  // If an alternative has the right fields and type, its own error is more helpful than “must be one of”.
  const own = inside.find((error) => !wrong.has(alternativeOf(error)));
  if (own !== undefined) return toProblem(own);
  return { pointer, keyword: 'anyOf', says: misfits.length > 0 ? fieldChoice(misfits) : typeChoice(types) };
}

const alternativeOf = (error: SchemaError) => error.schemaPath.replace(/^(.*\/anyOf\/\d+).*$/, '$1');

const isMisfit = (error: SchemaError) => error.keyword === 'required' || error.keyword === 'additionalProperties';

function fieldChoice(misfits: SchemaError[]): string {
  const names = misfits.filter((error) => error.keyword === 'required').flatMap(namesIn);
  const choices = names.length > 0 ? names : misfits.flatMap(namesIn);
  return `must have exactly one of ${[...new Set(choices)].map((name) => `“${name}”`).join(', ')}`;
}

function typeChoice(types: SchemaError[]): string {
  return `must be ${[...new Set(types.map(typeName))].join(' or ')}`;
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
export function toProblem(error: SchemaError): Problem {
  const { keyword, instancePath } = error;
  const params = error.params as Record<string, unknown>;
  if (keyword === 'type') return { pointer: instancePath, keyword, says: `must be ${typeName(error)}` };
  if (!isMisfit(error)) return { pointer: instancePath, keyword, says: says(keyword, params, error.message) };
  const pointer = `${instancePath}/${namesIn(error)[0] ?? ''}`;
  return { pointer, keyword, says: keyword === 'required' ? 'is missing' : 'is not a known field' };
}

const typeNames: Record<string, string> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

function typeName(error: SchemaError): string {
  const types = [(error.params as { type?: string | string[] }).type ?? []].flat();
  return types.map((type) => typeNames[type] ?? type).join(' or ');
}

function says(keyword: string, params: Record<string, unknown>, message: string): string {
  const limit = String(params.limit);
  switch (keyword) {
    case 'enum':
      return `must be one of ${[params.allowedValues].flat().join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'minLength':
    case 'minItems':
      return limit === '1'
        ? 'must not be empty'
        : `must have at least ${limit} ${keyword === 'minItems' ? 'entries' : 'characters'}`;
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'maxItems':
      return `must have at most ${limit} entries`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'format':
      return `must be ${params.format === 'date-time' ? 'a time such as 2026-03-01T07:30:00Z' : `a ${String(params.format)}`}`;
    case 'pattern':
      return `must match ${String(params.pattern)}`;
    default:
      return message;
  }
}
