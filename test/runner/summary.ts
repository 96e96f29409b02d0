/** The end of a run's output: slow tests, failures and counts. */
import type { Outcome } from './outcome.ts';

/** Maximum number of slow tests of a suite. */
const maxSlow = 3;

/** Maximum length of a line of a shortened failure. */
const maxWidth = 200;

/**
 * The lines to print after all suites. The last one is `N passed, N failed`. Failures are repeated here, where they are
 * easy to find. `maxLines` shortens them so that all of them together take about as many lines, but at least one each.
 */
export function summarize(outcomes: Map<string, Outcome>, { maxLines = Number.POSITIVE_INFINITY } = {}): string[] {
  const problems = [...outcomes].flatMap(([suite, { problems }]) => problems.map((problem) => `${suite}: ${problem}`));
  const linesEach = Math.max(1, Math.floor(maxLines / Math.max(1, problems.length)));
  const failures = problems.flatMap((problem) =>
    Number.isFinite(maxLines) ? shortened(problem, linesEach) : ['', problem],
  );
  const all = [...outcomes.values()];
  const total = (count: 'passed' | 'failed') => all.reduce((sum, outcome) => sum + outcome[count], 0);
  return [
    ...slowTests(outcomes),
    ...(failures.length > 0 ? ['', '━━ failures', ...failures] : []),
    '',
    ...[...outcomes].map(([suite, { passed, failed }]) => counts(suite, passed, failed)),
    `${total('passed')} passed, ${total('failed')} failed`,
  ];
}

/** The first lines of a failure, without blank ones. */
function shortened(problem: string, maxLines: number): string[] {
  const lines = problem.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, maxLines).map((line) => (line.length > maxWidth ? `${line.slice(0, maxWidth)}…` : line));
}

function slowTests(outcomes: Map<string, Outcome>): string[] {
  const lines = [...outcomes].flatMap(([suite, { slowest }]) =>
    slowest.slice(0, maxSlow).map(({ title, milliseconds }) => {
      return `${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${suite}: ${title}`;
    }),
  );
  return lines.length > 0 ? ['', '━━ slowest tests', ...lines] : [];
}

function counts(suite: string, passed: number, failed: number): string {
  return `${suite.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
}
