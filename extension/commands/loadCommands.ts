/** Loads the bundle with all commands, `dist/commands.cjs`, when the first command runs. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CommandTable } from '../commandKit/command.ts';
import type { CommandDeps } from './table.ts';

/** Returns the command table. The first call loads its bundle. */
export function loadCommands(extensionPath: string, deps: CommandDeps): () => CommandTable {
  const file = join(extensionPath, 'dist', 'commands.cjs');
  let table: CommandTable | undefined;
  return () => {
    table ??= (createRequire(file)(file) as typeof import('./table.ts')).commandTable(deps);
    return table;
  };
}
