/** The result of a test suite. */
import { existsSync, readFileSync } from 'node:fs';
import type { Report, SlowTest } from './report.ts';

export interface Outcome {
  passed: number;
  failed: number;
  /** Failed tests, and sentences about other problems, which also count in `failed`. */
  problems: string[];
  /** Slow tests, slowest first. */
  slowest: SlowTest[];
}

/**
 * Reads what RecordingReporter wrote. Skipped tests, empty suites and incomplete runs count as failures. `exit`
 * describes how the process ended.
 */
export function readOutcome(file: string, exit: string): Outcome {
  if (!existsSync(file)) return couldNotRun(`No test ran (${exit}).`);
  const { passed, failed, pending, finished, failures, slowest }: Report = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = pending === 0 ? [] : [`${pending} ${pending === 1 ? 'test was' : 'tests were'} skipped.`];
  const broken = finished
    ? passed + failed + pending === 0 && 'The suite contains no tests.'
    : `The suite did not finish (${exit}).`;
  const wrong = failures.map(({ title, message }) => `“${title}” failed: ${message}`);
  return {
    passed,
    failed: failed + pending + (broken === false ? 0 : 1),
    problems: [...wrong, ...skipped, ...(broken === false ? [] : [broken])],
    slowest,
  };
}

/** The outcome of a suite that could not run. */
export function couldNotRun(problem: string): Outcome {
  return { passed: 0, failed: 1, problems: [problem], slowest: [] };
}
