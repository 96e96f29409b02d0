/** Problems and errors as parameters of other messages. */
import { JobdeckError } from '../errors.ts';
import { FileRefused } from '../files/fileRefused.ts';
import { plainMessage } from './define.ts';
import { hintKey, keyOf } from './render.ts';
import type { Message, Problem } from './schema.ts';

type Facts = Pick<Problem, 'code' | 'message'> & {
  readonly variant?: string | undefined;
  readonly params?: Problem['params'];
};

/** The message of a problem. One without parameters is only known as text. */
export function problemMessage({ code, variant, params, message }: Facts): Message {
  if (params === undefined) return plainMessage(message);
  return { code: keyOf({ code, message, ...(variant === undefined ? {} : { variant }) }), params, message };
}

/** The hint of a problem; null when it has none. */
export function hintMessage(problem: Facts & Pick<Problem, 'hint'>): Message | null {
  if (problem.hint === null) return null;
  const { code, params, message } = problemMessage({ ...problem, message: problem.hint });
  return problem.params === undefined ? plainMessage(message) : { code: code + hintKey, params, message };
}

/** Why something failed. Errors that are not Jobdeck's are known as text. */
export function reasonOf(error: unknown): Message {
  if (error instanceof JobdeckError) return problemMessage(error);
  if (error instanceof FileRefused) return error.reason;
  return plainMessage(error instanceof Error ? error.message : String(error));
}
