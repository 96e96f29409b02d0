/** All commands, by name. */
import { definitionCommands } from '../definitions/definitionCommands.ts';
import type { CommandTable } from './command.ts';
import { controlCommands } from './controlCommands.ts';
import { daemonCommands } from './daemonCommands.ts';
import type { CommandDeps } from './deps.ts';
import { jobCommands } from './jobCommands.ts';
import { queueCommands } from './queueCommands.ts';
import { runCommands } from './runCommands.ts';
import { scheduleCommands } from './scheduleCommands.ts';
import { viewCommands } from './viewCommands.ts';

export function commandTable(deps: CommandDeps): CommandTable {
  return {
    ...runCommands(deps),
    ...definitionCommands(deps),
    ...jobCommands(deps),
    ...controlCommands(deps),
    ...queueCommands(deps),
    ...scheduleCommands(deps),
    ...viewCommands(deps),
    ...daemonCommands(deps),
  };
}
