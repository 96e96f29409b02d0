/** Files of JSON that people write: with comments and trailing commas. */
import { type ParseError, parse } from 'jsonc-parser';
import { isNestedTooDeep } from '../nesting.ts';

/** The value of the text; undefined if it is not valid. */
export function parseCommented(text: string): unknown {
  // The parser is recursive.
  if (isNestedTooDeep(text)) return undefined;
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? value : undefined;
}
