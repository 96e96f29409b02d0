/** Text for a terminal: without control characters, and measured in columns. */
import { stripVTControlCharacters } from 'node:util';

// Control characters, and characters that change the text direction or break the line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is searched for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text on one line: whitespace becomes a blank, and control characters are shown as `\x1b`. */
export function printable(text: string): string {
  return text.replace(/\s/g, ' ').replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Output of a program as printable lines, without colors. Of an overwritten line, only the last state is kept. */
export function printableLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .replace(/\r+\n/g, '\n')
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => printable(line.slice(line.lastIndexOf('\r', line.length - 2) + 1).replace(/\r$/, '')));
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
// East Asian wide and full-width characters, and emoji, take two columns.
const wide =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

/** The width of a printable text in columns. */
export function textWidth(text: string): number {
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}

/** The text cut to a number of columns, with `…` at the end if it was cut. */
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

/** The text padded with blanks to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}
