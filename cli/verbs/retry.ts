/** `jobdeck retry`: run a finished job again, as a new attempt of it. */
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import { jobLine } from '../pages/jobLine.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { commandOf } from '../submitting/request.ts';
import { UsageError } from '../usageError.ts';
import { parseJsonArgument } from '../values/json.ts';

interface RetryOptions {
  fromStep?: string;
  input?: string;
  shell?: boolean;
}

export function addRetry(program: Command, runner: Runner, argv: readonly string[]): void {
  program
    .command('retry')
    .description('run a finished job again, as a new attempt')
    .argument('<id>', 'the job')
    .argument('[command...]', 'run this instead, from now on; after “--”')
    .option('--shell', 'run the words as one line of shell')
    .option('--from-step <id>', 'begin with this step, where its engine can')
    .option('--input <json>', 'for that step, instead of what it had')
    .option('--json', 'print the job as JSON')
    .addHelpText('after', '\nExamples:\n  jobdeck retry 4k9x2m7qpa\n  jobdeck retry 4k9x2m7qpa -- npm test -- --bail')
    .action(
      runner.act((cli, id: string, words: string[], options: RetryOptions) => retry(cli, argv, id, words, options)),
    );
}

async function retry(
  { session, out }: Cli,
  argv: readonly string[],
  id: string,
  words: string[],
  { shell = false, fromStep, input }: RetryOptions,
): Promise<number> {
  // `retry A B` is somebody who means two jobs, not job A with the command B.
  if (words.length > 0 && !argv.includes('--')) {
    throw new UsageError(
      'INVALID_REQUEST',
      'One job is retried at a time.',
      'To run another command in it, put the command after “--”.',
    );
  }
  const command = words.length > 0 ? commandOf(words, shell, currentCaller().isFile) : undefined;
  if (input !== undefined && fromStep === undefined) {
    throw new UsageError('INVALID_REQUEST', '--input is for a step.', 'Name the step with --from-step.');
  }
  const step =
    fromStep === undefined
      ? undefined
      : { stepId: fromStep, ...(input === undefined ? {} : { input: parseJsonArgument(input, 'The input') }) };
  const job = await session.once((client) => client.retry(id, command, step));
  out.result(job, [jobLine(job, out.colors, Date.now())]);
  return exitCodes.ok;
}
