/** Making text fit for a terminal: no control characters, and as wide as it is shown. */
import { stripVTControlCharacters } from 'node:util';

// Control characters, and what turns the direction of the text around it or breaks its line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfit = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text on one line that does nothing but show: white space is a blank, other control characters show as `\x1b`. */
export function printable(text: string): string {
  return text.replace(/\s/g, ' ').replace(unfit, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Output of a program as printable lines: without colours, and of a line that was drawn over only what was left. */
export function printableLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .replace(/\r+\n/g, '\n')
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => printable(line.slice(line.lastIndexOf('\r', line.length - 2) + 1).replace(/\r$/, '')));
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
// East Asian wide and full-width blocks, and emoji: two columns each.
const wide =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

/** Columns a printable text takes. */
export function textWidth(text: string): number {
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}

/** The text cut to a number of columns, with `…` where something is missing. */
export function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const { segment } of graphemes.segment(text)) {
    left -= wide.test(segment) ? 2 : 1;
    if (left < 0) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** The text filled with blanks to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}
