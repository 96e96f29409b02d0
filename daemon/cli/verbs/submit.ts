/** `jobdeck submit`: start a job and leave it. */
import type { Command } from 'commander';
import { currentCaller } from '../caller.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes } from '../exitCode.ts';
import { type SubmitOptions, toSubmitRequest } from '../submission.ts';
import { withCommand } from './submitOptions.ts';

export function addSubmit(program: Command, runner: Runner): void {
  withCommand(
    program.command('submit').description('run a command in the background and print the id of its job'),
  ).action(runner.act(submit));
}

async function submit({ session, out }: Cli, words: string[], options: SubmitOptions): Promise<number> {
  const request = toSubmitRequest(words, options, currentCaller());
  const { job, created } = await session.once((client) => client.submitOnce(request));
  if (!created) out.note(`Job ${job.id} has this key already; nothing was started.`);
  out.result(job, [job.id]);
  return exitCodes.ok;
}
