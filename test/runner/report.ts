/**
 * Mocha's spec reporter, which also records results for the process that started the tests: counts and failures in the
 * file named by JOBDECK_TEST_REPORT, the text output in the one named by JOBDECK_TEST_OUTPUT.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Counts so far. Without `finished`, the process ended prematurely. */
export interface Report {
  passed: number;
  failed: number;
  pending: number;
  finished: boolean;
  /** Failed tests by full title, with their errors. */
  failures: { title: string; message: string }[];
}

/** Maximum number of characters of an error to keep. Counterexamples of property tests are long. */
const maxMessage = 3_000;

export default class RecordingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    const output = process.env.JOBDECK_TEST_OUTPUT;
    if (output !== undefined) {
      Mocha.reporters.Base.consoleLog = (...parts) => appendFileSync(output, `${format(...parts)}\n`);
    }
    super(runner, options);
    const file = process.env.JOBDECK_TEST_REPORT;
    if (file === undefined) return;
    const failures: Report['failures'] = [];
    const record = (finished: boolean) => {
      const { passes: passed, failures: failed, pending } = this.stats;
      const report: Report = { passed, failed, pending, finished, failures };
      writeFileSync(file, JSON.stringify(report));
    };
    runner.on('pass', () => record(false));
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
