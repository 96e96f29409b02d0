/** Runs test suites in Node, each in a separate mocha process. */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
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
  /** Patterns of files that take long, which start first so that none of them is left alone at the end. */
  first?: string[];
}

/** Runs the test files in a folder of `test/`. */
export async function runMocha(folder: string, { held, jobs = 1, first = [] }: MochaOptions = {}): Promise<Outcome> {
  const temporary = mkdtempSync(join(tmpdir(), 'jobdeck-report-'));
  const report = join(temporary, 'report.json');
  try {
    const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const reporter = join(import.meta.dirname, 'report.ts');
    const parallel = jobs > 1 ? ['--parallel', '--jobs', `${jobs}`] : [];
    const { code, signal, output } = await run(
      process.execPath,
      [mocha, '--reporter', reporter, ...parallel, ...testFiles(`test/${folder}`, first)],
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

/** The test files in a folder: the ones that match a pattern in its order, then the others by name. */
function testFiles(folder: string, first: string[]): string[] {
  const found = (pattern: string) => globSync(`${folder}/${pattern}.test.ts`, { cwd: root }).sort();
  return [...new Set([...first.flatMap(found), ...found('**/*')])];
}
