/** Runs test suites in Node, each in a separate mocha process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { type Outcome, readOutcome } from './outcome.ts';

export interface MochaOptions {
  /** Receives the entire output at the end. Without it, output is shown immediately. */
  held?: (output: string) => void;
  /** Number of files to run in parallel, each in a separate process. 1 by default: all in one process. */
  jobs?: number;
}

/** Runs the test files in a folder of `test/`. */
export async function runMocha(folder: string, { held, jobs = 1 }: MochaOptions = {}): Promise<Outcome> {
  const temporary = mkdtempSync(join(tmpdir(), 'jobdeck-report-'));
  const report = join(temporary, 'report.json');
  try {
    const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const reporter = join(import.meta.dirname, 'report.ts');
    const parallel = jobs > 1 ? ['--parallel', '--jobs', `${jobs}`] : [];
    const { code, signal, output } = await run(
      process.execPath,
      [mocha, '--reporter', reporter, ...parallel, `test/${folder}/**/*.test.ts`],
      {
        cwd: root,
        env: { ...process.env, JOBDECK_TEST_REPORT: report },
        stdio: held ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      },
    );
    held?.(output);
    return readOutcome(report, `mocha exited with ${code ?? signal}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
