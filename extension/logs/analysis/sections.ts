/**
 * Finds groups between `::group::`/`##[group]` and their ends, as in GitHub Actions and Azure Pipelines
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions), and error lines.
 */

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
/** Longer lines are data, not messages. */
const lineLimit = 2_000;

/** A timestamp that a runner may prepend. */
const stamp = String.raw`^(?:\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\s+)?`;
const begin = new RegExp(String.raw`${stamp}(?:::group::|##\[group\])(.*)$`);
const finish = new RegExp(String.raw`${stamp}(?:::endgroup::|##\[endgroup\])`);

const errorLine = new RegExp(
  [
    String.raw`${stamp}(?:::error(?:\s[^:]*)?::|##\[error\])`,
    // `error:`, `error TS2322:`, `error[E0308]:`, `Error: `, `TypeError: `, `java.lang.IllegalStateException: `
    String.raw`\b(?:fatal )?[Ee]rror(?:\s[A-Z]+\d+|\[\w+\])?:`,
    String.raw`\bERROR\b|\bERR!|\bFATAL\b`,
    String.raw`\b[A-Z]\w*(?:Error|Exception)(?::|$|\s+in\s)`,
    '^Exception in thread ',
    String.raw`\bpanic:|\bpanicked at |^fatal:`,
    String.raw`^\s*not ok\b`,
    String.raw`^(?:---\s)?FAIL(?:ED)?\b`,
    String.raw`^make(?:\[\d+\])?: \*\*\*`,
  ].join('|'),
);

/** Whether a line looks like an error of a compiler, test runner or runtime. */
export function isErrorLine(line: string): boolean {
  return line.length <= lineLimit && errorLine.test(line);
}

/** The groups of a log, in order. End markers without a start are ignored. */
export function findSections(lines: readonly string[]): Section[] {
  const roots: Section[] = [];
  const open: OpenSection[] = [];
  lines.forEach((line, number) => {
    // A cheap check that skips most lines.
    if (!line.includes('::') && !line.includes('##[')) return;
    const title = line.length > lineLimit ? undefined : begin.exec(line)?.[1];
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
