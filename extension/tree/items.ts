/** Tree items of the jobs tree. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { commandIds, rowCommandIds } from '../base/ids.ts';
import type { Translate } from '../base/text.ts';
import { type JobRow, narrowText, treeLabel } from '../row/row.ts';
import type { More } from './older/olderJobs.ts';
import { foldedGroup } from './older/olderSections.ts';

/** Everything visible in a row, and its menu. Two equal strings need no redraw. */
export function appearance(row: JobRow): string {
  return [row.label, row.percent, row.description, row.icon.icon, row.icon.color, row.context].join('\n');
}

/** The item of a job. `isParent`: it has children. */
export function jobItem(job: Job, row: JobRow, isParent: boolean, t: Translate): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const { label, description } = narrowText(treeLabel(job, row), row);
  const item = new vscode.TreeItem(label, isParent ? Collapsed : None);
  item.id = job.id;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(row.icon.icon, new vscode.ThemeColor(row.icon.color));
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.spoken };
  item.command = { command: rowCommandIds.jobs, title: t('Show Details') };
  return item;
}

/** The item of a group with a key such as `failed` or `type:build`. */
export function groupItem(key: string, label: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group:${key}`;
  item.contextValue = `group ${key.replace(/:.*/s, '')}`;
  return item;
}

/** The row that loads more jobs on click, like the history lists of the editor. */
export function moreItem(id: string, text: string): vscode.TreeItem {
  const [label = '', description] = text.split('\n');
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon('history');
  item.contextValue = 'more';
  item.accessibilityInformation = { label: text.replace('\n', ', ') };
  const command = foldedGroup(id) === null ? commandIds.loadMore : rowCommandIds.jobs;
  item.command = { command, title: label };
  return item;
}

/** Label and description of that row, one per line. */
export function moreText(more: More | undefined, t: Translate): string {
  const label = more?.loading ? t('Loading…') : t('Load More…');
  const count = more?.count ?? null;
  if (count === null) return `${label}\n${t('older jobs')}`;
  const number = count.toLocaleString(t.language);
  return `${label}\n${count === 1 ? t('1 older job') : t('{0} older jobs', number)}`;
}

/** Label and description of the row that shows the rest of a group, one per line. */
export function foldText(count: number, t: Translate): string {
  return `${t('Show All…')}\n${count === 1 ? t('1 more job') : t('{0} more jobs', count.toLocaleString(t.language))}`;
}
