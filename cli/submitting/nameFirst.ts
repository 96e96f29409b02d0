/** Options after the name of a defined job are those of the verb; after a program they are the program's. */
import { Command } from 'commander';
import { currentCaller } from './caller.ts';
import { findDefinition } from './findDefinition.ts';

export interface NameFirst {
  program: Command;
  verb: string;
  home: string;
  /** All words after `jobdeck`. */
  argv: readonly string[];
}

/**
 * When the words are the name of a definition and options of the verb, the whole is parsed again with the options
 * first. Resolves with whether that was so.
 */
export async function parseNameFirst(words: readonly string[], names: NameFirst): Promise<boolean> {
  const [name = '', ...rest] = words;
  if (rest[0]?.startsWith('-') !== true || names.argv.includes('--')) return false;
  if ((await findDefinition(name, currentCaller().cwd, names.home)) === null) return false;
  if (!areOptions(rest, names)) return false;
  const before = names.argv.slice(names.argv.indexOf(names.verb) + 1, names.argv.length - words.length);
  await names.program.parseAsync([names.verb, ...before, ...rest, name], { from: 'user' });
  return true;
}

/** Whether these are nothing but options of the verb. Values that do not fit are told when they are parsed. */
function areOptions(words: readonly string[], { verb, program }: NameFirst): boolean {
  const scratch = new Command(verb).exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of program.commands.find((one) => one.name() === verb)?.options ?? []) scratch.addOption(option);
  try {
    const { operands, unknown } = scratch.parseOptions([...words]);
    return operands.length === 0 && unknown.length === 0;
  } catch {
    return true;
  }
}
