/** The verbs of the command line, put together. */
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
import { addHold } from './verbs/hold.ts';
import { addLogs } from './verbs/logs.ts';
import { addLs } from './verbs/ls.ts';
import { addMcp } from './verbs/mcp.ts';
import { addMessage } from './verbs/message.ts';
import { addPause, addResume } from './verbs/pause.ts';
import { addProgress } from './verbs/progress.ts';
import { addQueue } from './verbs/queue.ts';
import { addRescue } from './verbs/rescue.ts';
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
  /** Where commander's complaints go. */
  complain(text: string): void;
}

/** The parser. It throws CommanderError instead of ending the process. */
export function makeProgram(runner: Runner, { version, argv, complain }: ProgramOptions): Command {
  const program = new Command('jobdeck')
    .description('Runs, tracks, cancels and retries long-running jobs.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: complain })
    .addHelpText('after', epilogue);
  program.commandsGroup('Start jobs:');
  for (const add of [addRun, addSubmit, addBackfill]) add(program, runner, argv);
  program.commandsGroup('See how they are:');
  for (const add of [addLs, addShow, addLogs, addWait, addStats, addHealth]) add(program, runner);
  program.commandsGroup('Change what they do:');
  addRetry(program, runner, argv);
  for (const add of [addCancel, addPause, addResume, addHold, addSend, addRescue]) add(program, runner);
  program.commandsGroup('Tidy up:');
  for (const add of [addRm, addClear, addClean]) add(program, runner);
  program.commandsGroup('Queues, schedules and definitions:');
  for (const add of [addQueue, addSchedule, addDefine]) add(program, runner);
  program.commandsGroup('Engines beyond this machine:');
  addEngine(program, runner);
  program.commandsGroup('Report from inside of a job:');
  for (const add of [addProgress, addStep, addMessage, addResult]) add(program, runner);
  program.commandsGroup('Jobdeck itself:');
  for (const add of [addDaemon, addMcp, addCompletion]) add(program, runner);
  return program;
}

const epilogue = `
Every command takes --json, and starts the daemon when it is not running. Only progress, step, message and result, with
which a job reports from its script, don't: while the daemon is away they say so and exit with 0.
Exit codes: those of the job for run and wait (128+n after signal n); 1 for a request that failed, 2 for a command line
that can't be understood, 3 for “daemon status” when it is not running.`;
