/** Suites that run in Node: each in a mocha process of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { type Outcome, readOutcome } from './outcome.ts';

export interface MochaOptions {
  /** Gets all of the output at the end; without it, that is shown as it comes. */
  held?: (output: string) => void;
  /** Files that run at the same time, each in a process of its own; 1 without it, and all in one process. */
  jobs?: number;
}

/** Runs the test files of a folder under `test/`. */
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
    return readOutcome(report, `mocha ended with ${code ?? signal}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
