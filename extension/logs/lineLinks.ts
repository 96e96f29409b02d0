/** Links to a line of a log: `vscode://jobdeck.jobdeck/log?job=…&attempt=1&line=12`. */
import { extensionId } from '../base/ids.ts';
import { fromQuery, type LogRef, toQuery } from '../base/logRef.ts';

export interface LineRef extends LogRef {
  /** Counted from 1. */
  readonly line: number;
}

/** `scheme`: of the editor that opens the link, such as `vscode` or `vscodium`. */
export function lineLink(ref: LineRef, scheme: string): string {
  return `${scheme}://${extensionId}/log?${toQuery(ref)}&line=${ref.line}`;
}

/** The line that the query of a link refers to, or null. Links come from anywhere. */
export function fromLink(query: string): LineRef | null {
  const ref = fromQuery(query);
  const line = lineNumber(Number(new URLSearchParams(query).get('line')));
  return ref === null || line === null ? null : { ...ref, line };
}

/** The line on which the context menu of a page was opened; null if there is none, or if its number isn't known. */
export function clickedLine([first]: readonly unknown[]): number | null {
  return typeof first === 'object' && first !== null && 'logLine' in first ? lineNumber(first.logLine) : null;
}

/** The line on whose number the context menu of an editor was opened, or null. */
export function clickedNumber([first]: readonly unknown[]): number | null {
  return typeof first === 'object' && first !== null && 'lineNumber' in first ? lineNumber(first.lineNumber) : null;
}

function lineNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}
