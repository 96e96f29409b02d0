/** CSS classes for the styles of terminal text. */
import type { Color, Style } from '../shared/terminal/style.ts';

/** xterm's default palette, used only to find the theme color nearest to an RGB color. */
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

/** Number of the theme color. RGB colors become the nearest one, because theme colors have enough contrast. */
function themeColor(color: Color): number {
  if (typeof color === 'number') return color;
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const distances = palette.map((other) => other.reduce((sum, part, at) => sum + (part - (parts[at] ?? 0)) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

/** Names of the CSS classes for a style; empty for plain text. */
export function styleClasses(style: Style): string[] {
  const [front, back] = style.inverse ? [style.background, style.foreground] : [style.foreground, style.background];
  return [
    front === undefined ? (style.inverse ? 'ansi-fg-inverse' : '') : `ansi-fg-${themeColor(front)}`,
    back === undefined ? (style.inverse ? 'ansi-bg-inverse' : '') : `ansi-bg-${themeColor(back)}`,
    style.bold ? 'ansi-bold' : '',
    style.faint ? 'ansi-dim' : '',
    style.italic ? 'ansi-italic' : '',
    style.underline ? 'ansi-underline' : '',
    style.strike ? 'ansi-strike' : '',
  ].filter((name) => name !== '');
}
