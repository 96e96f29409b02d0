/** The words of `run`, `submit` and `backfill` are a command, or the name of a defined job. */
import { Command } from 'commander';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { usageError } from '../problems.ts';
import { resolveJobs } from '../references.ts';
import type { Cli, Runner } from '../runner.ts';
import { startTimeOf } from '../values/times.ts';
import { currentCaller } from './caller.ts';
import { definedRequest } from './definedJob.ts';
import { findDefinition } from './findDefinition.ts';
import type { SubmitOptions } from './options.ts';
import { toSubmitRequest } from './request.ts';

interface VerbCall {
  program: Command;
  runner: Runner;
  /** All words after `jobdeck`. The first one is the verb or an alias of it. */
  argv: readonly string[];
}

/** The action of a verb that runs a command. Options after a command are the command’s; after a name, the verb’s. */
export function actOnCommand<Options extends SubmitOptions>(
  call: VerbCall,
  act: (cli: Cli, words: string[], options: Options) => Promise<number>,
): (words: string[], options: Options, command: Command) => Promise<void> {
  return async (words, options, command) => {
    if (await parseOptionsAfterName(words, call, command)) return;
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
  cli: Cli,
  argv: readonly string[],
  words: readonly string[],
  given: SubmitOptions,
): Promise<SubmitRequest> {
  const { home, out, session } = cli;
  const options = {
    ...given,
    at: given.at && (await startTimeOf(given.at, Date.now())),
    after: given.after && (await resolveJobs(session, given.after)),
    afterAny: given.afterAny && (await resolveJobs(session, given.afterAny)),
  };
  const caller = currentCaller(options.cwd);
  const name = possibleName(argv, words, options);
  const found = name === null ? null : await findDefinition(name, caller.cwd, home);
  if (found !== null) {
    out.note(
      `Using the definition of “${name}” in ${found.file.path}. To run a program instead: jobdeck run -- ${name}`,
    );
    return definedRequest(found, options, caller);
  }
  if (options.input !== undefined) {
    throw usageError('INVALID_REQUEST/definedJobRequired');
  }
  return toSubmitRequest(words, options, caller);
}

/**
 * When the words are the name of a defined job followed by options of the verb, parses the command line again with
 * the options first. Resolves with whether it did.
 */
async function parseOptionsAfterName(words: readonly string[], call: VerbCall, verb: Command): Promise<boolean> {
  const { program, runner, argv } = call;
  const [name = '', ...rest] = words;
  if (rest[0]?.startsWith('-') !== true || argv.includes('--')) return false;
  const options = optionsIn(rest, verb);
  if (options === null) return false;
  if ((await findDefinition(name, currentCaller(options.cwd).cwd, runner.home)) === null) return false;
  await program.parseAsync([...argv.slice(0, argv.length - words.length), ...rest, name], { from: 'user' });
  return true;
}

/**
 * The options in these words; null if there is anything but options of the verb. Invalid values are reported when they
 * are parsed again.
 */
function optionsIn(words: readonly string[], verb: Command): SubmitOptions | null {
  const scratch = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of verb.options) scratch.addOption(option);
  try {
    const { operands, unknown } = scratch.parseOptions([...words]);
    return operands.length === 0 && unknown.length === 0 ? scratch.opts() : null;
  } catch {
    return scratch.opts();
  }
}
