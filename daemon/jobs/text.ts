/** Cleans text of programs before it is stored. */

/** Control characters except line feeds and tabs: they could move the cursor, ring the bell or end a string early. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching them is the purpose
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text with unpaired surrogates, which have no UTF-8 form, replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** The text with unpaired surrogates and control characters replaced by U+FFFD, so that it is safe to show anywhere. */
export function harmlessText(text: string): string {
  return wellFormed(text).replaceAll('\r\n', '\n').replaceAll(control, '\uFFFD');
}

/** As `harmlessText`, in one line. */
export function harmlessLine(text: string): string {
  return harmlessText(text).replaceAll(/[\n\t]+/g, ' ');
}
