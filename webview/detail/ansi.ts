/** Colours of terminal output: text with escape sequences → pieces of text with a style. Everything else they say is dropped. */

/** Colours are 0–15 of the theme's terminal palette, null for its default. */
export interface AnsiStyle {
  readonly foreground: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strike: boolean;
}

/** Text of one style. The only control characters in it are tab, line feed and carriage return. */
export interface Span {
  readonly text: string;
  readonly style: AnsiStyle;
}

/** Where a parser stands between two pieces of a stream: the style in force, and a sequence that is not complete yet. */
export interface AnsiState {
  readonly style: AnsiStyle;
  readonly rest: string;
}

export const plain: AnsiStyle = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strike: false,
};

export const ansiStart: AnsiState = { style: plain, rest: '' };

/** Longest unfinished sequence waited for; what is longer is no sequence, and its introducer is dropped. */
const longestSequence = 4096;

// ECMA-48. Strings (OSC, DCS, SOS, PM, APC) end at their terminator, or before what can't be in one.
const control = {
  csi: String.raw`\x1b\[(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])`,
  string: String.raw`\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\|(?=[\x1b\n]|$))`,
  escape: String.raw`\x1b(?:[ -/]+[0-~]|[0-OQ-WYZ\\\x60-~])`,
  single: String.raw`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]`,
};
const sequence = new RegExp(Object.values(control).join('|'), 'g');
const beginning = String.raw`\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\n]*\x1b?|[ -/]*)`;
const unfinished = new RegExp(`${beginning}$`);

/** The styled text of the next piece of a stream, and the state to go on from. Never throws. */
export function parseAnsi(state: AnsiState, chunk: string): { state: AnsiState; spans: Span[] } {
  const { text, rest } = splitUnfinished(state.rest + chunk);
  const spans: Span[] = [];
  let { style } = state;
  let start = 0;
  for (const match of text.matchAll(sequence)) {
    if (match.index > start) spans.push({ text: text.slice(start, match.index), style });
    start = match.index + match[0].length;
    if (match.groups?.final === 'm') style = select(style, match.groups.parameters ?? '');
  }
  if (start < text.length) spans.push({ text: text.slice(start), style });
  return { state: { style, rest }, spans };
}

/** Splits off a sequence that may go on in the next piece; one too long for that is text after all. */
function splitUnfinished(text: string): { text: string; rest: string } {
  const from = text.search(unfinished);
  if (from < 0) return { text, rest: '' };
  const before = text.slice(0, from);
  return text.length - from > longestSequence
    ? { text: before + text.slice(from + 1), rest: '' }
    : { text: before, rest: text.slice(from) };
}

const switches: Readonly<Record<number, Partial<AnsiStyle>>> = {
  0: plain,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { foreground: null },
  49: { background: null },
};

/** The style after a "select graphic rendition" sequence. */
function select(style: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(';');
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const [code = 0, ...parts] = (codes[at] ?? '').split(':').map(Number);
    if (code === 38 || code === 48) {
      const inOne = parts.length > 0;
      const [color, used] = extendedColor(inOne ? withoutSpace(parts) : codes.slice(at + 1, at + 5).map(Number));
      if (color !== null) next = { ...next, [code === 38 ? 'foreground' : 'background']: color };
      if (!inOne) at += used;
    } else {
      next = { ...next, ...(code === 4 && parts[0] === 0 ? switches[24] : (switches[code] ?? paletteColor(code))) };
    }
  }
  return next;
}

/** `2:space:r:g:b` without the colour space that the form with colons may carry. */
function withoutSpace(parts: number[]): number[] {
  return parts[0] === 2 && parts.length > 4 ? [2, ...parts.slice(2)] : parts;
}

function paletteColor(code: number): Partial<AnsiStyle> {
  if (code >= 30 && code <= 37) return { foreground: code - 30 };
  if (code >= 90 && code <= 97) return { foreground: code - 82 };
  if (code >= 40 && code <= 47) return { background: code - 40 };
  if (code >= 100 && code <= 107) return { background: code - 92 };
  return {};
}

/** The colour that `5;n` or `2;r;g;b` names and how many codes said so. */
function extendedColor([kind, first, second, third]: number[]): [color: number | null, used: number] {
  if (kind === 5) return [first === undefined ? null : indexedColor(first), 2];
  if (kind === 2) return [nearest([first ?? 0, second ?? 0, third ?? 0]), 4];
  return [null, 1];
}

/** xterm's 256 colours: the palette, a cube of 6×6×6, and 24 greys. */
function indexedColor(index: number): number | null {
  if (!(index >= 0 && index <= 255)) return null;
  if (index < 16) return index;
  if (index >= 232) return nearest(Array<number>(3).fill(8 + 10 * (index - 232)));
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const cube = index - 16;
  return nearest([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

/** xterm's default palette, only to find which of the theme's colours is meant by a free one. */
const palette: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

/** The colour of the palette next to one: free colours become the theme's, whose contrast is cared for. */
function nearest(color: readonly number[]): number {
  const distance = (other: readonly number[]) =>
    other.reduce((sum, part, at) => sum + (part - (color[at] ?? 0)) ** 2, 0);
  const distances = palette.map(distance);
  return distances.indexOf(Math.min(...distances));
}

/** Names of the CSS classes for a style; empty for plain text. */
export function styleClasses(style: AnsiStyle): string[] {
  const { foreground, background, inverse } = style;
  const [front, back] = inverse ? [background, foreground] : [foreground, background];
  return [
    front === null ? (inverse ? 'ansi-fg-inverse' : '') : `ansi-fg-${front}`,
    back === null ? (inverse ? 'ansi-bg-inverse' : '') : `ansi-bg-${back}`,
    style.bold ? 'ansi-bold' : '',
    style.dim ? 'ansi-dim' : '',
    style.italic ? 'ansi-italic' : '',
    style.underline ? 'ansi-underline' : '',
    style.strike ? 'ansi-strike' : '',
  ].filter((name) => name !== '');
}
