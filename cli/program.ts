/** The command line’s parser. */
import { Command } from 'commander';
import type { Runner } from './runner.ts';

export interface ProgramOptions {
  version: string;
  /** The words after `jobdeck`. */
  argv: readonly string[];
  /** Receives help and version. */
  writeOut(text: string): void;
  /** Receives what Commander writes to stderr. */
  writeErr(text: string): void;
}

/** Adds commands to the program. `argv` are the words after `jobdeck`. */
export type AddVerbs = (program: Command, runner: Runner, argv: readonly string[]) => void;

/** The parser. It throws CommanderError instead of ending the process. */
export function makeProgram(
  runner: Runner,
  addVerbs: AddVerbs,
  { version, argv, writeOut, writeErr }: ProgramOptions,
): Command {
  const program = new Command('jobdeck')
    .description('Run, track, cancel and retry long-running jobs')
    .version(version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Show help')
    .addHelpCommand(helpCommand())
    .enablePositionalOptions()
    // Suggestions are made in suggestions.ts.
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut, writeErr })
    // Aliases have a section of their own.
    .configureHelp({ subcommandTerm: (command) => command.name(), commandUsage: usage })
    .addHelpText('after', epilogue);
  addVerbs(program, runner, argv);
  addAliasesToHelp(program);
  return program;
}

function helpCommand(): Command {
  return new Command('help')
    .argument('[command]')
    .description('Show help for a command')
    .helpOption(false)
    .helpGroup('Other commands:');
}

/** `jobdeck queue set`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function usage(command: Command): string {
  return `${pathOf(command)} ${command.usage()}`;
}

/** Lists the aliases of each command in its help. */
function addAliasesToHelp(command: Command): void {
  const aliases = command.aliases();
  if (command.parent !== null && aliases.length > 0) {
    const parent = pathOf(command.parent);
    command.addHelpText('after', `\nAliases:\n  ${aliases.map((alias) => `${parent} ${alias}`).join(', ')}`);
  }
  for (const subcommand of command.commands) addAliasesToHelp(subcommand);
}

const epilogue = `
In place of a job ID, use a unique prefix of it, “@” for the latest job (“@2” for the one before), a unique title, or the
name of a group. Commands print JSON with --json, and start the daemon if it isn’t running.

Exit codes: run and wait exit with the exit code of the job, or 128+n after signal n. Otherwise 1 means a failed request,
2 an invalid command line, and 3 that “daemon status” found no daemon. Commands that report from a script exit with 0 even
if the daemon can’t be reached.`;
