/** Recognizes lines of a log that are errors of a compiler, test runner or runtime. */

/** Longer lines are data, not messages. */
export const messageLimit = 2_000;

/** A timestamp that a runner may prepend. */
export const stamp = String.raw`^(?:\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\s+)?`;

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

/** Whether a line looks like an error. */
export function isErrorLine(line: string): boolean {
  return line.length <= messageLimit && errorLine.test(line);
}
