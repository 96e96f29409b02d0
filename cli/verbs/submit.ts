/** `jobdeck submit`: start a job in the background. */
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import type { Cli, Runner } from '../runner.ts';
import { actOnCommand, submitRequest } from '../submitting/commandOrName.ts';
import { type SubmitOptions, withCommand } from '../submitting/options.ts';
import { submitted } from '../submitting/submitted.ts';

export function addSubmit(program: Command, runner: Runner, argv: readonly string[]): void {
  const verb = program
    .command('submit')
    .alias('add')
    .description('Run a command in the background and print its job ID');
  withCommand(verb).action(
    actOnCommand({ program, runner, argv }, (cli, words, options) => submit(cli, argv, words, options)),
  );
}

/** Submits a job and prints its ID. */
export async function submit(
  cli: Cli,
  argv: readonly string[],
  words: string[],
  options: SubmitOptions,
): Promise<number> {
  const request = await submitRequest(cli, argv, words, options);
  const job = await submitted(cli, request);
  cli.out.result(job, [job.id]);
  return exitCodes.ok;
}
