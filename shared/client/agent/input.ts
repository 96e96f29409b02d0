/** Reading the input of a tool from a language model, which may have any type. */
import { agentProblem } from '../../messages/agents.ts';

export type ToolInput = Readonly<Record<string, unknown>>;

/** A required string. INVALID_REQUEST. */
export function text(input: ToolInput, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined) throw agentProblem('INVALID_REQUEST/inputMissing', { name });
  return value;
}

/** An optional string. An empty one counts as missing. INVALID_REQUEST for other types. */
export function optionalText(input: ToolInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw agentProblem('INVALID_REQUEST/inputNotString', { name });
  return value;
}

/** A whole number from 1 to `maximum`; `fallback` if it is missing. INVALID_REQUEST. */
export function count(input: ToolInput, name: string, fallback: number, maximum: number): number {
  const value = input[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw agentProblem('INVALID_REQUEST/inputNotCount', { name, maximum });
  }
  return Math.min(value, maximum);
}
