/** Sections of a page. */
import type { Colors } from '../output/colors.ts';

/** A section with a title, or nothing if it has no lines. */
export function titledSection(title: string, lines: readonly string[], colors: Colors): string[] {
  return lines.length === 0 ? [] : [colors.bold(title), ...lines.map((line) => `  ${line}`)];
}

/** The lines of all sections that have any, separated by blank lines. */
export function joinSections(sections: readonly string[][]): string[] {
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}
