/** Validates requests with TypeBox instead of fastify's default: bodies stay unchanged, and errors name the field. */
import type { FastifySchemaCompiler } from 'fastify';
import Type, { type TSchema } from 'typebox';
import type { JobdeckError } from '../../shared/errors.ts';
import { requestProblem } from '../../shared/messages/requests.ts';
import { compile, type Mismatch, mismatchMessage } from '../../shared/validation.ts';

/** Compiles a route's schema for its body, query or parameters. */
const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = compile(schema);
  return (input: unknown) => {
    // A missing body counts as empty.
    const { value, problem } = check(httpPart === 'body' ? (input ?? {}) : fromText(schema, input));
    return problem === null ? { value } : { error: refusal(problem, httpPart) };
  };
};

/** Replaces fastify's own compilers. Replies are sent whole, including fields that the schema does not declare. */
export const compilersFactory = {
  // Fastify's type for it is ajv's.
  buildValidator: () => validatorCompiler as never,
  buildSerializer: () => () => JSON.stringify,
};

/** Converts URL parameters to the schema's types: integers where it has them, and defaults for missing values. */
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

function refusal(problem: Mismatch, httpPart: string | undefined): JobdeckError {
  if (/^\/command\/(argv|shell)$/.test(problem.pointer) && /^min/.test(problem.keyword)) {
    return requestProblem('EMPTY_COMMAND/request');
  }
  return requestProblem('INVALID_REQUEST/schema', {
    reason: mismatchMessage(problem, httpPart === 'body' ? 'body' : 'url'),
  });
}
