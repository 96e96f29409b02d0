/** Reading what a language model hands a tool: nothing of it can be trusted to be of the right kind. */
import { JobdeckError } from '../../errors.ts';

export type ToolInput = Readonly<Record<string, unknown>>;

/** A text that must be there. INVALID_REQUEST. */
export function text(input: ToolInput, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined) throw wrong(`“${name}” is missing`);
  return value;
}

/** INVALID_REQUEST for what is no text. An empty one counts as missing. */
export function optionalText(input: ToolInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw wrong(`“${name}” must be a text`);
  return value;
}

/** A whole number of at least 1, at most `most`; `usual` when it is missing. INVALID_REQUEST. */
export function count(input: ToolInput, name: string, usual: number, most: number): number {
  const value = input[name] ?? usual;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw wrong(`“${name}” must be a whole number from 1 to ${most}`);
  }
  return Math.min(value, most);
}

function wrong(what: string): JobdeckError {
  return new JobdeckError('INVALID_REQUEST', `${what}.`, 'Call the tool again with that corrected.');
}
