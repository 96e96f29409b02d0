/** `jobdeck progress`: report the progress of the job that runs the script. */
import type { Command } from 'commander';
import type { ReportOf } from '../../shared/reporting.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { type ReportOptions, sendReport, withReportOptions } from '../sendReport.ts';

interface ProgressOptions extends ReportOptions {
  message?: string;
  phase?: string;
}

export function addProgress(program: Command, runner: Runner): void {
  const verb = program
    .command('progress')
    .description('Report the progress of the current job')
    .argument('[words...]', 'Amount done, total and current activity')
    .option('-m, --message <text>', 'Current activity')
    .option('--phase <name>', 'Current phase');
  withReportOptions(verb)
    .addHelpText('after', '\nExamples:\n  jobdeck progress 40 100 "Indexing"\n  jobdeck progress 40%')
    .action(runner.act(progress));
}

function progress(cli: Cli, words: string[], { message, phase, ...options }: ProgressOptions): Promise<number> {
  const report = parseProgress(words);
  if (message !== undefined) report.message = message;
  if (phase !== undefined) report.phase = phase;
  return sendReport(cli, report, options);
}

/**
 * `40 100 "Indexing"`, `40/100`, `40%`, `40% "Indexing"`, `"Indexing"`.
 * @throws UsageError
 */
export function parseProgress(words: readonly string[]): ReportOf<'progress'> {
  const report: ReportOf<'progress'> = { kind: 'progress' };
  const [first = '', ...rest] = words.flatMap((word, index) => (index === 0 ? splitShare(word) : [word]));
  if (/^\d+(\.\d+)?%$/.test(first)) report.percent = Number(first.slice(0, -1));
  else if (isNumber(first)) {
    report.current = Number(first);
    if (isNumber(rest[0])) report.total = Number(rest.shift());
  } else if (first !== '') rest.unshift(first);
  if (rest.length > 1 || (rest[0] !== undefined && /^-?\d/.test(rest[0]) && !/\s/.test(rest[0]))) {
    throw usageError('INVALID_REQUEST/progress', { text: words.join(' ') });
  }
  if (rest[0] !== undefined) report.message = rest[0];
  return report;
}

function splitShare(word: string): string[] {
  const [, done, all] = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(word) ?? [];
  return done === undefined || all === undefined ? [word] : [done, all];
}

function isNumber(word: string | undefined): boolean {
  return word !== undefined && /^\d+(\.\d+)?$/.test(word);
}
