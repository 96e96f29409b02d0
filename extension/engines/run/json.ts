/** Validates JSON while it is typed. Pure. */
import type { Translate } from '../../base/text.ts';

/** Error message for a text that is not JSON of the given kind. Undefined if it is valid or empty. */
export function jsonProblem(text: string, kind: 'list' | 'object' | 'any', t: Translate): string | undefined {
  if (text.trim() === '') return undefined;
  const read = parse(text);
  if (read.problem !== null) return t('Invalid JSON: {0}', read.problem);
  const isList = Array.isArray(read.value);
  if (kind === 'list' && !isList) return t('Enter a list, such as {0}.', '[2, 3]');
  const isObject = typeof read.value === 'object' && read.value !== null && !isList;
  if (kind === 'object' && !isObject) return t('Enter an object, such as {0}.', '{"orderId": 7}');
  return undefined;
}

/** The value of a valid text. Undefined if empty. */
export function jsonValue(text: string): unknown {
  return text.trim() === '' ? undefined : JSON.parse(text);
}

function parse(text: string): { value: unknown; problem: string | null } {
  try {
    return { value: JSON.parse(text), problem: null };
  } catch (error) {
    return { value: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
