/** Short tables: every column as wide as it needs. */
import { pad, textWidth } from './text.ts';

/** Lines of printable cells under their heads. */
export function renderColumns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, index) => Math.max(...[head, ...rows].map((row) => textWidth(row[index] ?? title))));
  const line = (cells: readonly string[]) => cells.map((cell, index) => pad(cell, widths[index] ?? 0)).join('  ');
  return [head, ...rows].map((cells) => line(cells).trimEnd());
}
