/** Text for a terminal: without control characters, and measured in columns. */
import { plainText } from '../../shared/terminal/plainText.ts';

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

/** Characters of a line of output to show. */
const lineLength = 400;

/**
 * The last lines of the output of a program, without colors. Of an overwritten line, only the last state is kept, and of a
 * very long one the end. `isCut`: the text may begin within a line.
 */
export function lastLines(text: string, { isCut, count }: { isCut: boolean; count: number }): string[] {
  const [first = '', ...others] = text.split('\n');
  const overwritten = /\r(?=[^\r])/.exec(first);
  const rest = overwritten === null ? others : [first.slice(overwritten.index), ...others];
  const complete = isCut ? visibleLines(rest.join('\n')) : visibleLines(text);
  if (isCut && complete.length === 0) {
    return visibleLines(text).map((line) => `… (beginning omitted) ${endOf(line)}`);
  }
  return complete.slice(-count).map((line) => {
    const omitted = line.length - endOf(line).length;
    return omitted === 0 ? line : `… (${omitted} characters omitted) ${endOf(line)}`;
  });
}

function visibleLines(text: string): string[] {
  const visible = plainText(text).trimEnd();
  return visible === '' ? [] : visible.split('\n').map(printable);
}

const endOf = (line: string) => line.slice(-lineLength).replace(/^[\udc00-\udfff]/, '');

/** Latin letters, punctuation and symbols, none of which combines with another one. */
const separate = /^[ -\u02ff\u2010-\u2027\u2030-\u205e\u2100-\u2e7f]*$/;
let segmenter: Intl.Segmenter | null = null;

/** What a reader sees as the characters of a text. The segmenter takes longer to create than a list takes to print. */
function graphemesOf(text: string): string[] {
  if (separate.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

// East Asian wide and full-width characters, and emoji, take two columns.
const wide =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

/** The width of a printable text in columns. */
export function textWidth(text: string): number {
  return graphemesOf(text).reduce((sum, grapheme) => sum + (wide.test(grapheme) ? 2 : 1), 0);
}

/** The text cut to a number of columns, with `…` at the end if it was cut. */
export function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const grapheme of graphemesOf(text)) {
    left -= wide.test(grapheme) ? 2 : 1;
    if (left < 0) break;
    kept += grapheme;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** The text padded with blanks to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}
