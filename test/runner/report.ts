/**
 * Mocha's spec reporter, or a brief one in continuous integration (CI is set). It also records results for the process
 * that started the tests: counts, failures and slow tests in the file named by JOBDECK_TEST_REPORT, the text output in
 * the one named by JOBDECK_TEST_OUTPUT.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';
import { BriefReporter } from './briefReporter.ts';

/** Counts so far. Without `finished`, the process ended prematurely. */
export interface Report {
  passed: number;
  failed: number;
  pending: number;
  finished: boolean;
  failures: Failure[];
  /** The slowest tests that took longer than mocha's `slow` setting, slowest first. */
  slowest: SlowTest[];
}

export interface Failure {
  /** The titles of the test and its suites. */
  title: string;
  message: string;
}

export interface SlowTest {
  title: string;
  milliseconds: number;
}

/** Maximum number of characters of an error to keep. Counterexamples of property tests are long. */
const maxMessage = 3_000;

/** Number of slow tests to keep. */
const maxSlowest = 10;

const Printer = process.env.CI ? BriefReporter : Mocha.reporters.Spec;

export default class RecordingReporter extends Printer {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    const output = process.env.JOBDECK_TEST_OUTPUT;
    if (output !== undefined) {
      Mocha.reporters.Base.consoleLog = (...parts) => appendFileSync(output, `${format(...parts)}\n`);
    }
    super(runner, options);
    const file = process.env.JOBDECK_TEST_REPORT;
    if (file === undefined) return;
    const failures: Failure[] = [];
    const slow: SlowTest[] = [];
    const record = (finished: boolean) => {
      const { passes: passed, failures: failed, pending } = this.stats;
      const report: Report = { passed, failed, pending, finished, failures, slowest: slowest(slow) };
      writeFileSync(file, JSON.stringify(report));
    };
    // Recorded after each test, because the process may be killed.
    runner.on('pass', (test) => {
      const milliseconds = test.duration ?? 0;
      if (milliseconds > test.slow()) slow.push({ title: test.fullTitle(), milliseconds });
      record(false);
    });
    runner.on('fail', (test, error: Error) => {
      const cause = error.cause instanceof Error ? `\ncaused by: ${error.cause.stack}` : '';
      const message = `${error.stack ?? error.message}`.slice(0, maxMessage) + cause.slice(0, maxMessage);
      failures.push({ title: test.fullTitle(), message });
      record(false);
    });
    runner.on('pending', () => record(false));
    runner.once('end', () => record(true));
  }
}

function slowest(tests: SlowTest[]): SlowTest[] {
  return tests.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, maxSlowest);
}
