/** The schema of text by which something is found. */
import Type from 'typebox';

/** Matches text without unpaired surrogates. It is the same with and without the flag `u`. */
export const wholeCharacters = '^(?:[^\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*$';

/**
 * Text without unpaired surrogates. They have no UTF-8 form, so the database would take two different keys for the same.
 */
export const keyText = (options: { minLength: number; maxLength: number; description?: string }) =>
  Type.String({ ...options, pattern: wholeCharacters });
