/** Suites that run in Node: each in a mocha process of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, readOutcome } from './outcome.ts';
import { root } from './paths.ts';
import { run } from './processes.ts';

/** Runs the test files of a folder under `test/` and shows their results as they come. */
export async function runMocha(folder: string): Promise<Outcome> {
  const temporary = mkdtempSync(join(tmpdir(), 'jobdeck-report-'));
  const report = join(temporary, 'report.json');
  try {
    const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const reporter = join(import.meta.dirname, 'report.ts');
    const { code, signal } = await run(
      process.execPath,
      [mocha, '--reporter', reporter, `test/${folder}/**/*.test.ts`],
      {
        cwd: root,
        env: { ...process.env, JOBDECK_TEST_REPORT: report },
        stdio: 'inherit',
      },
    );
    return readOutcome(report, `mocha ended with ${code ?? signal}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
