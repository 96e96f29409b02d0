/** `jobdeck retry`: run finished jobs again, as a new attempt. */
import type { Command } from 'commander';
import type { FromStep } from '../../shared/connection.ts';
import { changeJobs, changeMatching, type JobAction } from '../bulk.ts';
import { type FilterOptions, filterOf, isFiltering, withFilters } from '../filters.ts';
import { printEachJob } from '../forEachJob.ts';
import { usageError } from '../problems.ts';
import { noteRetry } from '../retryNotice.ts';
import type { Cli, Runner } from '../runner.ts';
import { isFile } from '../submitting/caller.ts';
import { commandOf } from '../submitting/request.ts';
import { parseJsonArgument } from '../values/json.ts';

interface RetryOptions extends FilterOptions {
  yes?: boolean;
  fromStep?: string;
  input?: string;
  shell?: boolean;
}

const action: JobAction = { name: 'retry', one: (client, id) => client.retry(id), mayRepeat: false };

export function addRetry(program: Command, runner: Runner, argv: readonly string[]): void {
  const verb = program
    .command('retry')
    .usage('[options] [ids...] [-- command...]')
    .description('Run finished jobs again, as a new attempt')
    .argument('[ids...]', 'Jobs; words after “--” are a new command for the job')
    .option('--shell', 'Run the words after “--” as one shell command line')
    .option('--from-step <id>', 'Start with this step, if the engine supports it')
    .option('--input <json>', 'New input for that step')
    .option('-y, --yes', 'Don’t ask for confirmation')
    .option('--json', 'Print the job as JSON; several as {"jobs", "errors"}; without IDs as {"done", "failed"}');
  withFilters(verb)
    .addHelpText('after', examples)
    .action(runner.act((cli, words: string[], options: RetryOptions) => retry(cli, argv, words, options)));
}

const examples = `
Examples:
  jobdeck retry 4k9x2m7qpa
  jobdeck retry 4k9x2m7qpa -- npm test -- --bail
  jobdeck retry --failed --since 1d`;

async function retry(cli: Cli, argv: readonly string[], words: string[], options: RetryOptions): Promise<number> {
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
  const command = commandWords.length > 0 ? commandOf(commandWords, shell, isFile) : undefined;
  const step = fromStep === undefined ? undefined : stepOf(fromStep, input);
  const filter = await filterOf(cli.session, options);
  if (ids.length === 0) {
    if (filter.status === undefined || step !== undefined) throw usageError('INVALID_REQUEST/jobsToRetry');
    return changeMatching(cli, filter, action, { yes: options.yes, verb: 'retry', doing: 'Retrying' });
  }
  if (isFiltering(filter)) throw usageError('INVALID_REQUEST/jobsToRetry');
  if (command === undefined && step === undefined) return changeJobs(cli, ids, action);
  return printEachJob(cli, ids, async (id) => {
    const job = await cli.session.once((client) => client.retry(id, command, step));
    noteRetry(cli.out, job);
    return job;
  });
}

function stepOf(stepId: string, input: string | undefined): FromStep {
  return input === undefined ? { stepId } : { stepId, input: parseJsonArgument(input, '--input') };
}
