/** Colors and attributes of terminal text (SGR, ECMA-48 8.3.117, with xterm's 256 and 24-bit colors). */

/** One of the 16 theme colors, or `#rrggbb`. */
export type Color = number | string;

export interface Style {
  readonly foreground?: Color;
  readonly background?: Color;
  readonly bold?: true;
  readonly faint?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
}

export const plain: Style = {};

/** A key that is equal for styles that look the same. Empty for plain text. */
export function styleKey(style: Style): string {
  const flags = (['bold', 'faint', 'italic', 'underline', 'strike', 'inverse'] as const).filter((flag) => style[flag]);
  const colors = [style.foreground ?? '', style.background ?? ''].join('/');
  return flags.length === 0 && colors === '/' ? '' : `${colors}/${flags.join()}`;
}

const on: Readonly<Record<number, Style>> = {
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
};
const off: Readonly<Record<number, Style>> = {
  22: { bold: undefined, faint: undefined },
  23: { italic: undefined },
  24: { underline: undefined },
  27: { inverse: undefined },
  29: { strike: undefined },
  39: { foreground: undefined },
  49: { background: undefined },
};

/** The style after an SGR sequence with these parameters, such as `1;31` or `38;5;208`. */
export function applySgr(style: Style, params: string): Style {
  let next = style;
  const groups = params.split(';');
  for (let index = 0; index < groups.length; index += 1) {
    const parts = (groups[index] ?? '').split(':').map(Number);
    const code = parts[0] ?? 0;
    if (code === 0) next = plain;
    else if (code === 38 || code === 48) {
      // `38:2::r:g:b` is one group; the older `38;2;r;g;b` continues in the following groups.
      const own = parts.length > 1;
      const rest = own ? parts.slice(1) : groups.slice(index + 1).map(Number);
      const { color, used } = extendedColor(rest, own);
      if (!own) index += used;
      if (color !== undefined) next = { ...next, [code === 38 ? 'foreground' : 'background']: color };
    } else if (code === 4 && parts[1] === 0) next = { ...next, underline: undefined };
    else next = { ...next, ...(on[code] ?? off[code] ?? basicColor(code)) };
  }
  return next;
}

function basicColor(code: number): Style {
  if (code >= 30 && code <= 37) return { foreground: code - 30 };
  if (code >= 40 && code <= 47) return { background: code - 40 };
  if (code >= 90 && code <= 97) return { foreground: code - 82 };
  if (code >= 100 && code <= 107) return { background: code - 92 };
  return plain;
}

function extendedColor(rest: readonly number[], own: boolean): { color?: Color; used: number } {
  if (rest[0] === 5) return { color: indexedColor(rest[1] ?? 0), used: 2 };
  if (rest[0] !== 2) return { used: 0 };
  // The form with colons may have a color space before the three values.
  const rgb = own && rest.length > 4 ? rest.slice(2, 5) : rest.slice(1, 4);
  return { color: hex(rgb), used: 4 };
}

/** xterm's 256 colors: the 16 theme colors, a 6×6×6 cube and 24 grays. */
function indexedColor(index: number): Color {
  if (index < 16) return index;
  if (index >= 232) return hex([8, 8, 8].map((value) => value + 10 * Math.min(23, index - 232)));
  const cube = index - 16;
  return hex(
    [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => (step === 0 ? 0 : 55 + 40 * step)),
  );
}

function hex(values: readonly number[]): string {
  const channels = [0, 1, 2].map((index) => Math.min(255, Math.max(0, values[index] ?? 0) || 0));
  return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
