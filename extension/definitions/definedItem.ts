/** A defined job as a quick pick item. */
import type * as vscode from 'vscode';
import { formatCommand } from '../../shared/format.ts';
import { escapeIcons, oneLine } from '../base/text.ts';
import type { RunnableJob } from './runDefined.ts';

export interface DefinedItem extends vscode.QuickPickItem {
  readonly job: RunnableJob;
}

export function definedItem(job: RunnableJob): DefinedItem {
  const { name, definition, icon, folderName } = job;
  const { command, label } = definition;
  const line = formatCommand(typeof command === 'string' ? { shell: command } : { argv: command });
  const facts = [...(label === undefined ? [] : [label]), line, ...(folderName === null ? [] : [folderName])];
  return {
    label: `$(${icon ?? 'play-circle'}) ${escapeIcons(name)}`,
    description: escapeIcons(oneLine(facts.join(' · '), 160)),
    job,
  };
}
