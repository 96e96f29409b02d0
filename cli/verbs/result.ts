/** `jobdeck result`: set the result of the job that runs the script. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { type ReportOptions, sendReport, withReportOptions } from '../sendReport.ts';
import { parseJsonArgument } from '../values/json.ts';

export function addResult(program: Command, runner: Runner): void {
  const verb = program
    .command('result')
    .description('Set the result of the current job')
    .argument('<json>', 'JSON, “@file” to read a file, or “-” to read standard input');
  withReportOptions(verb)
    .addHelpText('after', `\nExamples:\n  jobdeck result '{"rows": 5}'\n  make-report | jobdeck result -`)
    .action(runner.act(result));
}

function result(cli: Cli, word: string, options: ReportOptions): Promise<number> {
  return sendReport(cli, { kind: 'result', result: parseJsonArgument(read(word), 'The result') }, options);
}

function read(word: string): string {
  if (word !== '-' && !word.startsWith('@')) return word;
  try {
    return readFileSync(word === '-' ? 0 : word.slice(1), 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError('INVALID_REQUEST/resultFile', { reason });
  }
}
