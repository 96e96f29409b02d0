/**
 * A mocha reporter for continuous integration: prints top-level suites and failures, but not the passed tests, because
 * only the end of a long output is kept.
 */
import Mocha from 'mocha';

export class BriefReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const print = (line: string) => Mocha.reporters.Base.consoleLog(line);
    runner.on('suite', (suite) => {
      if (!suite.root && suite.fullTitle() === suite.title) print(`  ${suite.title}`);
    });
    runner.on('fail', (test, error: Error) => {
      print(`\n  ✘ ${test.fullTitle()}\n${indented(error.stack ?? error.message)}\n`);
    });
  }
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
