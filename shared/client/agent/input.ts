/** Reading the input of a tool from a language model, which may have any type. */
import { JobdeckError } from '../../errors.ts';

export type ToolInput = Readonly<Record<string, unknown>>;

/** A required string. INVALID_REQUEST. */
export function text(input: ToolInput, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined) throw invalid(`“${name}” is missing`);
  return value;
}

/** An optional string. An empty one counts as missing. INVALID_REQUEST for other types. */
export function optionalText(input: ToolInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(`“${name}” must be a string`);
  return value;
}

/** A whole number from 1 to `maximum`; `fallback` if it is missing. INVALID_REQUEST. */
export function count(input: ToolInput, name: string, fallback: number, maximum: number): number {
  const value = input[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw invalid(`“${name}” must be a whole number from 1 to ${maximum}`);
  }
  return Math.min(value, maximum);
}

function invalid(problem: string): JobdeckError {
  return new JobdeckError('INVALID_REQUEST', `${problem}.`, 'Correct it and call the tool again.');
}
