/** A defined job as a line of a list to choose from. */
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
  const told = [...(label === undefined ? [] : [label]), line, ...(folderName === null ? [] : [folderName])];
  return {
    label: `$(${icon ?? 'play-circle'}) ${escapeIcons(name)}`,
    description: escapeIcons(oneLine(told.join(' · '), 160)),
    job,
  };
}
