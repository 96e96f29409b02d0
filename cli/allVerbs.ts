/** All commands, in the groups of the help. */
import type { Command } from 'commander';
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
import { addPriority, addStart } from './verbs/start.ts';
import { addStats } from './verbs/stats.ts';
import { addStep } from './verbs/step.ts';
import { addSubmit } from './verbs/submit.ts';
import { addWait } from './verbs/wait.ts';

/** Adds all commands. */
export function addAllVerbs(program: Command, runner: Runner, argv: readonly string[]): void {
  program.commandsGroup('Start jobs:');
  for (const add of [addRun, addSubmit, addBackfill]) add(program, runner, argv);
  program.commandsGroup('Inspect jobs:');
  for (const add of [addLs, addShow, addLogs, addWait, addStats, addHealth]) add(program, runner);
  program.commandsGroup('Control jobs:');
  addRetry(program, runner, argv);
  for (const add of [addCancel, addKill, addPause, addResume, addHold, addRelease]) add(program, runner);
  for (const add of [addStart, addPriority, addSend]) add(program, runner);
  program.commandsGroup('Remove jobs:');
  for (const add of [addRm, addClear, addClean]) add(program, runner);
  program.commandsGroup('Manage:');
  for (const add of [addQueue, addSchedule, addDefine, addEngine, addDaemon]) add(program, runner);
  program.commandsGroup('Report from the script of a job:');
  for (const add of [addProgress, addStep, addMessage, addResult]) add(program, runner);
  program.commandsGroup('Other commands:');
  for (const add of [addMcp, addCompletion]) add(program, runner);
}
