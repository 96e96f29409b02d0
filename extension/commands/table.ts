/** All commands, by name. */
import { definitionCommands } from '../definitions/definitionCommands.ts';
import { connectionCommands } from '../engines/connectionCommands.ts';
import { remoteJobCommands } from '../engines/remoteJobCommands.ts';
import { arrangeCommands } from './arrangeCommands.ts';
import type { CommandTable } from './command.ts';
import { controlCommands } from './controlCommands.ts';
import { daemonCommands } from './daemonCommands.ts';
import type { CommandDeps } from './deps.ts';
import { filterCommands } from './filterCommands.ts';
import { jobCommands } from './jobCommands.ts';
import { matchingCommands } from './matchingCommands.ts';
import { queueCommands } from './queueCommands.ts';
import { runCommands } from './runCommands.ts';
import { scheduleCommands } from './scheduleCommands.ts';
import { viewCommands } from './viewCommands.ts';

export function commandTable(deps: CommandDeps): CommandTable {
  return {
    ...runCommands(deps),
    ...definitionCommands(deps),
    ...jobCommands(deps),
    ...matchingCommands(deps),
    ...controlCommands(deps),
    ...queueCommands(deps),
    ...scheduleCommands(deps),
    ...connectionCommands(deps),
    ...remoteJobCommands(deps),
    ...viewCommands(deps),
    ...filterCommands(deps),
    ...arrangeCommands(deps),
    ...daemonCommands(deps),
  };
}
