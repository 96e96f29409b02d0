/** `jobdeck retry`: run finished jobs again, as a new attempt. */
import type { Command } from 'commander';
import type { FromStep } from '../../shared/connection.ts';
import { printEachJob } from '../forEachJob.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { commandOf } from '../submitting/request.ts';
import { parseJsonArgument } from '../values/json.ts';

interface RetryOptions {
  fromStep?: string;
  input?: string;
  shell?: boolean;
}

export function addRetry(program: Command, runner: Runner, argv: readonly string[]): void {
  program
    .command('retry')
    .usage('[options] <ids...> [-- command...]')
    .description('Run finished jobs again, as a new attempt')
    .argument('<ids...>', 'Jobs; words after “--” are a new command for the job')
    .option('--shell', 'Run the words after “--” as one shell command line')
    .option('--from-step <id>', 'Start with this step, if the engine supports it')
    .option('--input <json>', 'New input for that step')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}')
    .addHelpText('after', '\nExamples:\n  jobdeck retry 4k9x2m7qpa\n  jobdeck retry 4k9x2m7qpa -- npm test -- --bail')
    .action(runner.act((cli, words: string[], options: RetryOptions) => retry(cli, argv, words, options)));
}

function retry(cli: Cli, argv: readonly string[], words: string[], options: RetryOptions): Promise<number> {
  const { shell = false, fromStep, input } = options;
  const separator = argv.indexOf('--');
  const commandWords = separator < 0 ? [] : argv.slice(separator + 1);
  const ids = words.slice(0, words.length - commandWords.length);
  if (ids.length !== 1 && commandWords.length > 0) {
    throw usageError('INVALID_REQUEST/commandNeedsOneJob');
  }
  if (input !== undefined && fromStep === undefined) {
    throw usageError('INVALID_REQUEST/stepInput');
  }
  const command = commandWords.length > 0 ? commandOf(commandWords, shell, currentCaller().isFile) : undefined;
  const step = fromStep === undefined ? undefined : stepOf(fromStep, input);
  return printEachJob(cli, ids, (id) => cli.session.once((client) => client.retry(id, command, step)));
}

function stepOf(stepId: string, input: string | undefined): FromStep {
  return input === undefined ? { stepId } : { stepId, input: parseJsonArgument(input, '--input') };
}
