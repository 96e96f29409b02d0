/** The command of a task of the editor. */
import * as vscode from 'vscode';
import type { Command } from '../../shared/job.ts';

/** Null for a task without a command, such as a custom execution of an extension. */
export function taskCommand(execution: vscode.Task['execution']): Command | null {
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
