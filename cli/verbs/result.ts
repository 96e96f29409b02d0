/** `jobdeck result`: the result of the job that the script belongs to. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Cli, Runner } from '../runner.ts';
import { type ReportOptions, sendReport, withReportOptions } from '../sendReport.ts';
import { UsageError } from '../usageError.ts';
import { parseJsonArgument } from '../values/json.ts';

export function addResult(program: Command, runner: Runner): void {
  const verb = program
    .command('result')
    .description('say, inside of a job, what its result is')
    .argument('<json>', 'JSON, “@file” for that in a file, “-” for that on stdin');
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
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('INVALID_REQUEST', `The result can't be read: ${why}.`, 'See whether the file is there.');
  }
}
