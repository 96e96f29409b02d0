/**
 * Mocha's spec reporter that also keeps a record for whoever started the tests, in another process or another host:
 * the file named by JOBDECK_TEST_REPORT gets the counts, the one named by JOBDECK_TEST_OUTPUT the text.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Counts so far. Without `finished` the process ended in the middle. */
export interface Report {
  passed: number;
  failed: number;
  pending: number;
  finished: boolean;
}

export default class RecordingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    const output = process.env.JOBDECK_TEST_OUTPUT;
    if (output !== undefined) {
      Mocha.reporters.Base.consoleLog = (...parts) => appendFileSync(output, `${format(...parts)}\n`);
    }
    super(runner, options);
    const file = process.env.JOBDECK_TEST_REPORT;
    if (file === undefined) return;
    const record = (finished: boolean) => {
      const { passes: passed, failures: failed, pending } = this.stats;
      const report: Report = { passed, failed, pending, finished };
      writeFileSync(file, JSON.stringify(report));
    };
    runner.on('pass', () => record(false));
    runner.on('fail', () => record(false));
    runner.on('pending', () => record(false));
    runner.once('end', () => record(true));
  }
}
