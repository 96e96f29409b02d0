/** Errors of Commander, which parses the command line. */
import type { Command, CommanderError } from 'commander';
import { usageError } from './problems.ts';
import { suggestCommand, suggestOption } from './suggestions.ts';
import type { UsageError } from './usageError.ts';

/** An error of Commander (`error: unknown option '--x'`) as a sentence with a suggestion. `words` follow `jobdeck`. */
export function toUsageError(error: CommanderError, program: Command, words: readonly string[]): UsageError {
  const command = commandOf(program, words);
  // Without a command, Commander shows the help.
  const message = (error.code === 'commander.help' ? 'A command is required' : error.message)
    .replace(/^error: /, '')
    .replace(/'([^']*)'/g, '“$1”')
    .replace(/\.?\s*$/, '.');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return usageError('INVALID_REQUEST/commandLine', { message: sentence, hint: hintFor(error, command) });
}

function hintFor({ code, message }: CommanderError, command: Command): string {
  const [, word = ''] = /'([^']*)'/.exec(message) ?? [];
  const path = command.parent === null ? 'jobdeck' : `jobdeck ${pathOf(command)}`;
  if (code === 'commander.unknownCommand') {
    const suggestion = suggestCommand(command, word);
    if (suggestion !== null) return `Did you mean “jobdeck ${suggestion}”?`;
  }
  if (code === 'commander.unknownOption') {
    const suggestion = suggestOption(command, word);
    if (suggestion !== null) return `Did you mean ${suggestion}?`;
  }
  return `For help: ${path} --help`;
}

/** The command that the words lead to. */
function commandOf(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) break;
    command = next;
  }
  return command;
}

function pathOf(command: Command): string {
  return command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
