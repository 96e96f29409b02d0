/** Tasks of the editor as drafts for definitions. */
import * as vscode from 'vscode';
import type { Command } from '../../shared/job.ts';
import { escapeIcons, oneLine } from '../base/text.ts';
import { type Draft, draftOf, ofTask } from './sources.ts';

/** A task as a quick pick item. Null for a task without a command, such as a custom execution of an extension. */
export function taskItem(
  { name, source, execution }: vscode.Task,
  folder: string,
): (vscode.QuickPickItem & { draft: Draft }) | null {
  // npm scripts are listed separately.
  if (source === 'npm') return null;
  const command = commandOf(execution);
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

function commandOf(execution: vscode.Task['execution']): Command | null {
  if (execution instanceof vscode.ProcessExecution) return { argv: [execution.process, ...execution.args] };
  if (!(execution instanceof vscode.ShellExecution)) return null;
  if (execution.commandLine !== undefined) return { shell: execution.commandLine };
  const words = [execution.command, ...(execution.args ?? [])].flatMap((word) => word ?? []);
  return words.length === 0 ? null : { shell: words.map(quoted).join(' ') };
}

/** Quotes like the editor's tasks: a plain word is quoted if it has spaces and is not already quoted. */
function quoted(word: string | vscode.ShellQuotedString): string {
  const plain = typeof word === 'string';
  const value = plain ? word : word.value;
  if (plain && (!/\s/.test(value) || /^(["']).*\1$/.test(value))) return value;
  const weak = process.platform === 'win32' || (!plain && word.quoting === vscode.ShellQuoting.Weak);
  return weak ? `"${value.replaceAll('"', '\\"')}"` : `'${value.replaceAll("'", "'\\''")}'`;
}
