/** The commands of the command line, put together. */
import { Command } from 'commander';
import type { Runner } from './runner.ts';
import { addBackfill } from './verbs/backfill.ts';
import { addCancel } from './verbs/cancel.ts';
import { addClean } from './verbs/clean.ts';
import { addClear } from './verbs/clear.ts';
import { addCompletion } from './verbs/completion.ts';
import { addDaemon } from './verbs/daemon.ts';
import { addDefine } from './verbs/define.ts';
import { addEngine } from './verbs/engine.ts';
import { addHealth } from './verbs/health.ts';
import { addHold, addRelease } from './verbs/hold.ts';
import { addKill } from './verbs/kill.ts';
import { addLogs } from './verbs/logs.ts';
import { addLs } from './verbs/ls.ts';
import { addMcp } from './verbs/mcp.ts';
import { addMessage } from './verbs/message.ts';
import { addPause, addResume } from './verbs/pause.ts';
import { addProgress } from './verbs/progress.ts';
import { addQueue } from './verbs/queue.ts';
import { addResult } from './verbs/result.ts';
import { addRetry } from './verbs/retry.ts';
import { addRm } from './verbs/rm.ts';
import { addRun } from './verbs/run.ts';
import { addSchedule } from './verbs/schedule.ts';
import { addSend } from './verbs/send.ts';
import { addShow } from './verbs/show.ts';
import { addStats } from './verbs/stats.ts';
import { addStep } from './verbs/step.ts';
import { addSubmit } from './verbs/submit.ts';
import { addWait } from './verbs/wait.ts';

export interface ProgramOptions {
  version: string;
  /** The words after `jobdeck`. */
  argv: readonly string[];
  /** Receives help and version. */
  writeOut(text: string): void;
  /** Receives what Commander writes to stderr. */
  writeErr(text: string): void;
}

/** The parser. It throws CommanderError instead of ending the process. */
export function makeProgram(runner: Runner, { version, argv, writeOut, writeErr }: ProgramOptions): Command {
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
  program.commandsGroup('Start jobs:');
  for (const add of [addRun, addSubmit, addBackfill]) add(program, runner, argv);
  program.commandsGroup('Inspect jobs:');
  for (const add of [addLs, addShow, addLogs, addWait, addStats, addHealth]) add(program, runner);
  program.commandsGroup('Control jobs:');
  addRetry(program, runner, argv);
  for (const add of [addCancel, addKill, addPause, addResume, addHold, addRelease, addSend]) add(program, runner);
  program.commandsGroup('Remove jobs:');
  for (const add of [addRm, addClear, addClean]) add(program, runner);
  program.commandsGroup('Manage:');
  for (const add of [addQueue, addSchedule, addDefine, addEngine, addDaemon]) add(program, runner);
  program.commandsGroup('Report from the script of a job:');
  for (const add of [addProgress, addStep, addMessage, addResult]) add(program, runner);
  program.commandsGroup('Other commands:');
  for (const add of [addMcp, addCompletion]) add(program, runner);
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
