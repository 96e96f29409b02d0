/** How fastify validates: by TypeBox, without changing bodies, and with a sentence for what it refuses. */
import type { FastifySchemaCompiler } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { JobdeckError } from '../../shared/errors.ts';
import { compile, type Problem, sentence } from '../../shared/validation.ts';

/** Compiles a route's schema for its body, query or parameters. */
const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = compile(schema);
  return (input: unknown) => {
    // A missing body is an empty one.
    const { value, problem } = check(httpPart === 'body' ? (input ?? {}) : fromText(schema, input));
    return problem === null ? { value } : { error: refusal(problem, httpPart) };
  };
};

/** What fastify takes in place of its own libraries. Whatever the schema says, nothing of a reply is dropped. */
export const compilersFactory = {
  // Its declared type is that of ajv's functions.
  buildValidator: () => validatorCompiler as never,
  buildSerializer: () => () => JSON.stringify,
};

/** Texts of a URL as the schema's types: whole numbers where it wants them, defaults where nothing was given. */
function fromText(schema: TSchema, input: unknown): unknown {
  if (!Type.IsObject(schema)) return input;
  const given: Record<string, unknown> = { ...(input as object) };
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = given[name];
    if (text === undefined && 'default' in property) given[name] = property.default;
    if (Type.IsInteger(property) && typeof text === 'string' && /^-?\d{1,15}$/.test(text)) given[name] = Number(text);
  }
  return given;
}

function refusal(problem: Problem, httpPart: string | undefined): JobdeckError {
  if (/^\/command\/(argv|shell)$/.test(problem.pointer) && /^min/.test(problem.keyword)) {
    return new JobdeckError('EMPTY_COMMAND', 'The command is empty.', 'Say what to run.');
  }
  return new JobdeckError('INVALID_REQUEST', sentence(problem, httpPart === 'body' ? 'The body' : 'The address'));
}
