/** All commands, by name. */
import type { CommandTable } from '../commandKit/command.ts';
import { type DefinitionCommandDeps, definitionCommands } from '../definitions/commands.ts';
import { type ConnectionCommandDeps, connectionCommands } from '../engines/connectionCommands.ts';
import { type RemoteJobCommandDeps, remoteJobCommands } from '../engines/remoteJobCommands.ts';
import { type LogCommandDeps, logCommands } from '../logs/commands.ts';
import { type LineCommandDeps, lineCommands } from '../logs/lineCommands.ts';
import { type QueueCommandDeps, queueCommands } from '../queues/commands.ts';
import { type ScheduleCommandDeps, scheduleCommands } from '../schedules/commands.ts';
import { type StatusBarCommandDeps, statusBarCommands } from '../statusBar/commands.ts';
import { type ArrangeDeps, arrangeCommands } from '../tree/commands/arrangeCommands.ts';
import { type FilterDeps, filterCommands } from '../tree/commands/filterCommands.ts';
import { type MatchingDeps, matchingCommands } from '../tree/commands/matchingCommands.ts';
import { type CliCommandDeps, cliCommands } from './cliCommands.ts';
import { controlCommands } from './controlCommands.ts';
import { type DaemonCommandDeps, daemonCommands } from './daemonCommands.ts';
import { type JobCommandDeps, jobCommands } from './jobCommands.ts';
import { type RunDeps, runCommands } from './runCommands.ts';
import { type ViewDeps, viewCommands } from './viewCommands.ts';
import { waitingCommands } from './waitingCommands.ts';

/** Dependencies of all commands. */
export type CommandDeps = RunDeps &
  DefinitionCommandDeps &
  JobCommandDeps &
  MatchingDeps &
  QueueCommandDeps &
  ScheduleCommandDeps &
  ConnectionCommandDeps &
  RemoteJobCommandDeps &
  LogCommandDeps &
  LineCommandDeps &
  ViewDeps &
  StatusBarCommandDeps &
  FilterDeps &
  ArrangeDeps &
  CliCommandDeps &
  DaemonCommandDeps;

export function commandTable(deps: CommandDeps): CommandTable {
  return {
    ...runCommands(deps),
    ...definitionCommands(deps),
    ...jobCommands(deps),
    ...matchingCommands(deps),
    ...controlCommands(deps),
    ...waitingCommands(deps),
    ...queueCommands(deps),
    ...scheduleCommands(deps),
    ...connectionCommands(deps),
    ...remoteJobCommands(deps),
    ...logCommands(deps),
    ...lineCommands(deps),
    ...viewCommands(deps),
    ...statusBarCommands(deps),
    ...filterCommands(deps),
    ...arrangeCommands(deps),
    ...daemonCommands(deps),
    ...cliCommands(deps),
  };
}
