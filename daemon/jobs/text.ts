/** Text of programs as it is stored. */

/** What moves a cursor, rings a bell or ends a string early; line feeds and tabs stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text with halves of characters, which have no UTF-8, replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** The text with halves of characters and control characters replaced by U+FFFD, so that it can be shown anywhere. */
export function harmlessText(text: string): string {
  return wellFormed(text).replaceAll('\r\n', '\n').replaceAll(control, '\uFFFD');
}

/** As `harmlessText`, in one line. */
export function harmlessLine(text: string): string {
  return harmlessText(text).replaceAll(/[\n\t]+/g, ' ');
}
