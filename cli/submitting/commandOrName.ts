/** The words of `run`, `submit` and `backfill` are a command, or the name of a defined job. */
import { Command } from 'commander';
import type { SubmitRequest } from '../../shared/protocol.ts';
import type { Cli, Runner } from '../runner.ts';
import { UsageError } from '../usageError.ts';
import { startTimeOf } from '../values/times.ts';
import { currentCaller } from './caller.ts';
import { definedRequest } from './definedJob.ts';
import { findDefinition } from './findDefinition.ts';
import type { SubmitOptions } from './options.ts';
import { toSubmitRequest } from './request.ts';

interface VerbCall {
  program: Command;
  runner: Runner;
  /** All words after `jobdeck`. */
  argv: readonly string[];
  verb: string;
}

/** The action of a verb that runs a command. Options after a command are the command’s; after a name, the verb’s. */
export function actOnCommand<Options extends SubmitOptions>(
  call: VerbCall,
  act: (cli: Cli, words: string[], options: Options) => Promise<number>,
): (words: string[], options: Options, command: Command) => Promise<void> {
  return async (words, options, command) => {
    if (await parseOptionsAfterName(words, call)) return;
    await call.runner.act(act)(words, options, command);
  };
}

/** A single word that may be the name of a defined job: not after `--`, and not for the shell. */
export function possibleName(
  argv: readonly string[],
  words: readonly string[],
  { shell = false }: SubmitOptions,
): string | null {
  const [name] = words;
  return name !== undefined && words.length === 1 && !shell && !argv.includes('--') ? name : null;
}

/** The request for these words; `argv` are all words after `jobdeck`. */
export async function submitRequest(
  { home, out }: Cli,
  argv: readonly string[],
  words: readonly string[],
  given: SubmitOptions,
): Promise<SubmitRequest> {
  const options = given.at === undefined ? given : { ...given, at: await startTimeOf(given.at, Date.now()) };
  const caller = currentCaller();
  const name = possibleName(argv, words, options);
  const found = name === null ? null : await findDefinition(name, caller.cwd, home);
  if (found !== null) {
    out.note(`“${name}” is defined in ${found.file.path}. To run a program of that name: jobdeck run -- ${name}`);
    return definedRequest(found, options, caller);
  }
  if (options.input !== undefined) {
    const hint = 'List the defined jobs with: jobdeck define list';
    throw new UsageError('INVALID_REQUEST', '--input works only with a defined job.', hint);
  }
  return toSubmitRequest(words, options, caller);
}

/**
 * When the words are the name of a defined job followed by options of the verb, parses the command line again with
 * the options first. Resolves with whether it did.
 */
async function parseOptionsAfterName(words: readonly string[], call: VerbCall): Promise<boolean> {
  const { program, runner, argv, verb } = call;
  const [name = '', ...rest] = words;
  if (rest[0]?.startsWith('-') !== true || argv.includes('--')) return false;
  if ((await findDefinition(name, currentCaller().cwd, runner.home)) === null) return false;
  if (!areOptions(rest, call)) return false;
  const before = argv.slice(argv.indexOf(verb) + 1, argv.length - words.length);
  await program.parseAsync([verb, ...before, ...rest, name], { from: 'user' });
  return true;
}

/** Whether these are nothing but options of the verb. Invalid values are reported when they are parsed again. */
function areOptions(words: readonly string[], { verb, program }: VerbCall): boolean {
  const scratch = new Command(verb).exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of program.commands.find((one) => one.name() === verb)?.options ?? []) scratch.addOption(option);
  try {
    const { operands, unknown } = scratch.parseOptions([...words]);
    return operands.length === 0 && unknown.length === 0;
  } catch {
    return true;
  }
}
