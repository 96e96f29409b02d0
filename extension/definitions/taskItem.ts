/** Tasks of the editor that a definition can be made of. */
import * as vscode from 'vscode';
import type { Command } from '../../shared/job.ts';
import { escapeIcons, oneLine } from '../base/text.ts';
import { type Draft, draftOf, ofTask } from './sources.ts';

/** A task as a line to choose; null for what is no command, such as one that an extension carries out itself. */
export function taskItem(
  { name, source, execution }: vscode.Task,
  folder: string,
): (vscode.QuickPickItem & { draft: Draft }) | null {
  // Scripts of npm are offered by themselves.
  if (source === 'npm') return null;
  const command = commandOf(execution);
  if (command === null) return null;
  const { cwd } = (execution as vscode.ShellExecution | vscode.ProcessExecution).options ?? {};
  const label = `$(tools) ${escapeIcons(oneLine(name))}`;
  const line = 'shell' in command ? command.shell : command.argv.join(' ');
  return {
    ...{ label, description: escapeIcons(oneLine(line, 120)) },
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

/** As the editor has tasks: a plain word is quoted where it has spaces and no quotes of its own. */
function quoted(word: string | vscode.ShellQuotedString): string {
  const plain = typeof word === 'string';
  const value = plain ? word : word.value;
  if (plain && (!/\s/.test(value) || /^(["']).*\1$/.test(value))) return value;
  const weak = process.platform === 'win32' || (!plain && word.quoting === vscode.ShellQuoting.Weak);
  return weak ? `"${value.replaceAll('"', '\\"')}"` : `'${value.replaceAll("'", "'\\''")}'`;
}
