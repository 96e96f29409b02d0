/** How a suite went, in numbers. */
import { existsSync, readFileSync } from 'node:fs';
import type { Report } from './report.ts';

export interface Outcome {
  passed: number;
  failed: number;
  /** What went wrong: each failed test, and as sentences what else there was; `failed` counts that too. */
  problems: string[];
}

/**
 * Reads what RecordingReporter wrote. Skipped tests, a suite without tests and one that did not come to its end are
 * failures; `ending` says how its process ended.
 */
export function readOutcome(file: string, ending: string): Outcome {
  if (!existsSync(file)) return couldNotRun(`No test ran (${ending}).`);
  const { passed, failed, pending, finished, failures }: Report = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = pending === 0 ? [] : [`${pending} ${pending === 1 ? 'test was' : 'tests were'} skipped.`];
  const broken = finished
    ? passed + failed + pending === 0 && 'The suite holds no test.'
    : `The suite did not come to its end (${ending}).`;
  const wrong = failures.map(({ title, message }) => `“${title}” failed: ${message}`);
  return {
    passed,
    failed: failed + pending + (broken === false ? 0 : 1),
    problems: [...wrong, ...skipped, ...(broken === false ? [] : [broken])],
  };
}

/** The outcome of a suite that did not run at all. */
export function couldNotRun(problem: string): Outcome {
  return { passed: 0, failed: 1, problems: [problem] };
}
