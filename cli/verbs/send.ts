/** `jobdeck send`: send input to a running job. */
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import { sendInput, textOf } from '../following/input.ts';
import { usageError } from '../problems.ts';
import { resolveJob } from '../references.ts';
import type { Cli, Runner } from '../runner.ts';

interface SendOptions {
  end?: boolean;
  newline: boolean;
}

export function addSend(program: Command, runner: Runner): void {
  program
    .command('send')
    .description('Send input to a running job that was submitted with --stdin')
    .argument('<id>', 'Job')
    .argument('[text]', 'A line to send, or “-” to send standard input')
    .option('--end', 'End the input, after the text if there is one')
    .option('--no-newline', 'Don’t add a newline to the text')
    .option('--json', 'Print {"taken", "ended"} as JSON')
    .addHelpText('after', '\nExamples:\n  jobdeck send 4k9x2m7qpa yes\n  jobdeck send 4k9x2m7qpa - --end <answers.txt')
    .action(runner.act(send));
}

async function send(cli: Cli, ref: string, text: string | undefined, options: SendOptions): Promise<number> {
  const { end = false, newline } = options;
  if (text === undefined && !end) {
    throw usageError('INVALID_REQUEST/nothingToSend');
  }
  const { session, out } = cli;
  const id = await resolveJob(session, ref);
  let taken = 0;
  if (text === '-') {
    for await (const part of textOf(process.stdin)) taken += (await sendInput(session, id, part, false)).taken;
  } else if (text !== undefined) {
    taken = (await sendInput(session, id, newline ? `${text}\n` : text, false)).taken;
  }
  const ended = end && (await sendInput(session, id, '', true)).ended;
  const sent = text === undefined ? [] : [`Sent ${taken === 1 ? '1 character' : `${taken} characters`}.`];
  out.result({ taken, ended }, ended ? [...sent, 'Ended the input.'] : sent);
  return exitCodes.ok;
}
