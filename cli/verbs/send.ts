/** `jobdeck send`: send input to a running job. */
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import { sendInput, textOf } from '../following/input.ts';
import type { Cli, Runner } from '../runner.ts';
import { UsageError } from '../usageError.ts';

interface SendOptions {
  end?: boolean;
  newline: boolean;
}

export function addSend(program: Command, runner: Runner): void {
  program
    .command('send')
    .description('send input to a running job that was submitted with --stdin')
    .argument('<id>', 'the job')
    .argument('[text]', 'a line; “-” for this standard input as it is')
    .option('--end', 'end its input, after the text if there is one')
    .option('--no-newline', 'add no line feed to the text')
    .option('--json', 'print {"taken", "ended"} as JSON')
    .addHelpText('after', '\nExamples:\n  jobdeck send 4k9x2m7qpa yes\n  jobdeck send 4k9x2m7qpa - --end <answers.txt')
    .action(runner.act(send));
}

async function send(cli: Cli, id: string, text: string | undefined, options: SendOptions): Promise<number> {
  const { end = false, newline } = options;
  if (text === undefined && !end) {
    throw new UsageError('INVALID_REQUEST', 'There is nothing to send.', 'Give a text, “-”, or --end.');
  }
  const { session, out } = cli;
  let taken = 0;
  if (text === '-') {
    for await (const part of textOf(process.stdin)) taken += (await sendInput(session, id, part, false)).taken;
  } else if (text !== undefined) {
    taken = (await sendInput(session, id, newline ? `${text}\n` : text, false)).taken;
  }
  const ended = end && (await sendInput(session, id, '', true)).ended;
  const told = taken === 1 ? '1 character' : `${taken} characters`;
  const lines = [...(text === undefined ? [] : [`Sent ${told}.`]), ...(ended ? ['Its input was ended.'] : [])];
  out.result({ taken, ended }, lines);
  return exitCodes.ok;
}
