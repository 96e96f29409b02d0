/** Tables with columns as wide as their content. */
import { pad, textWidth } from './text.ts';

/** The lines of a table with its head. The cells must be printable. */
export function renderColumns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, index) => Math.max(...[head, ...rows].map((row) => textWidth(row[index] ?? title))));
  const line = (cells: readonly string[]) => cells.map((cell, index) => pad(cell, widths[index] ?? 0)).join('  ');
  return [head, ...rows].map((cells) => line(cells).trimEnd());
}
