/** `jobdeck submit`: start a job and leave it. */
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import type { Cli, Runner } from '../runner.ts';
import { actOnCommand, submitRequest } from '../submitting/commandOrName.ts';
import { type SubmitOptions, withCommand } from '../submitting/options.ts';

export function addSubmit(program: Command, runner: Runner, argv: readonly string[]): void {
  withCommand(
    program.command('submit').description('run a command in the background and print the id of its job'),
  ).action(
    actOnCommand({ program, runner, argv, verb: 'submit' }, (cli, words, options) => submit(cli, argv, words, options)),
  );
}

async function submit(cli: Cli, argv: readonly string[], words: string[], options: SubmitOptions): Promise<number> {
  const { session, out } = cli;
  const request = await submitRequest(cli, argv, words, options);
  const { job, created } = await session.once((client) => client.submitOnce(request));
  if (!created) out.note(`Job ${job.id} has this key already; nothing was started.`);
  out.result(job, [job.id]);
  return exitCodes.ok;
}
