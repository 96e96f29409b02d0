/** Loads the bundle of all commands, `dist/commands.cjs`, when the first of them is called. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CommandTable } from '../commandKit/command.ts';
import type { CommandDeps } from './table.ts';

/** Gives the table; the first time its bundle is loaded from the extension's folder. */
export function loadCommands(extensionPath: string, deps: CommandDeps): () => CommandTable {
  const file = join(extensionPath, 'dist', 'commands.cjs');
  let table: CommandTable | undefined;
  return () => {
    table ??= (createRequire(file)(file) as typeof import('./table.ts')).commandTable(deps);
    return table;
  };
}
