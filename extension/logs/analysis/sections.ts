/**
 * Finds groups between `::group::`/`##[group]` and their ends, as in GitHub Actions and Azure Pipelines
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
 */
import { messageLimit, stamp } from '../../../shared/errorLine.ts';

/** Lines start at 0. A group without an end extends to the end of its parent. */
export interface Section {
  readonly title: string;
  readonly start: number;
  /** Its last line, which is the end marker if there is one. */
  readonly end: number;
  readonly children: readonly Section[];
}

interface OpenSection extends Section {
  end: number;
  readonly children: Section[];
}

/** Groups nested deeper than this belong to the last one. */
const depthLimit = 50;
const begin = new RegExp(String.raw`${stamp}(?:::group::|##\[group\])(.*)$`);
const finish = new RegExp(String.raw`${stamp}(?:::endgroup::|##\[endgroup\])`);

/** The groups of a log, in order. End markers without a start are ignored. */
export function findSections(lines: readonly string[]): Section[] {
  const roots: Section[] = [];
  const open: OpenSection[] = [];
  lines.forEach((line, number) => {
    // A cheap check that skips most lines.
    if (!line.includes('::') && !line.includes('##[')) return;
    const title = line.length > messageLimit ? undefined : begin.exec(line)?.[1];
    if (title !== undefined && open.length < depthLimit) {
      const section: OpenSection = { title: title.trim(), start: number, end: number, children: [] };
      (open.at(-1)?.children ?? roots).push(section);
      open.push(section);
    } else if (finish.test(line)) {
      const section = open.pop();
      if (section !== undefined) section.end = number;
    }
  });
  const last = lastLine(lines);
  for (const section of open) section.end = Math.max(section.start, last);
  return roots;
}

/** The last non-empty line: a log ends with a line break. */
function lastLine(lines: readonly string[]): number {
  return lines.at(-1) === '' ? lines.length - 2 : lines.length - 1;
}
