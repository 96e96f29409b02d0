/** Sections of a page, and the times in them. */
import type { Colors } from '../output/colors.ts';

/** A section with a title, or nothing if it has no lines. */
export function titledSection(title: string, lines: readonly string[], colors: Colors): string[] {
  return lines.length === 0 ? [] : [colors.bold(title), ...lines.map((line) => `  ${line}`)];
}

/** The lines of all sections that have any, separated by blank lines. */
export function joinSections(sections: readonly string[][]): string[] {
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** An ISO 8601 time in the local time zone: `2026-03-01 14:05:09`. */
export function localTime(at: string): string {
  // The Swedish locale writes dates the ISO way.
  return new Date(at).toLocaleString('sv-SE');
}
