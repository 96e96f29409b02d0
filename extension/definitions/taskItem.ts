/** Tasks of the editor as drafts for definitions. */
import type * as vscode from 'vscode';
import { taskCommand } from '../base/taskCommand.ts';
import { escapeIcons, oneLine } from '../base/text.ts';
import { type Draft, draftOf, ofTask } from './sources.ts';

/** A task as a quick pick item. Null for a task without a command, such as a custom execution of an extension. */
export function taskItem(
  { name, source, execution }: vscode.Task,
  folder: string,
): (vscode.QuickPickItem & { draft: Draft }) | null {
  // Scripts are listed separately.
  if (['npm', 'gulp', 'grunt', 'jake'].includes(source)) return null;
  const command = taskCommand(execution);
  if (command === null) return null;
  const { cwd } = (execution as vscode.ShellExecution | vscode.ProcessExecution).options ?? {};
  const label = `$(tools) ${escapeIcons(oneLine(name))}`;
  const line = 'shell' in command ? command.shell : command.argv.join(' ');
  return {
    label,
    description: escapeIcons(oneLine(line, 120)),
    draft: draftOf(name, command, cwd?.replaceAll('${workspaceFolder}', () => folder) ?? null, folder, ofTask),
  };
}
