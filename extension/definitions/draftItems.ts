/** What a new job can run, as quick pick items: scripts, tasks, recent commands, and the typed command. */
import * as vscode from 'vscode';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { heading } from '../commandKit/quickInput.ts';
import { recentCommands } from '../commandKit/recent.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { scriptCommand, scriptTitle } from '../scripts/scriptRequest.ts';
import type { ScriptsSource } from '../scripts/scriptsSource.ts';
import { type Draft, draftOf, draftOfLine } from './sources.ts';
import { taskItem } from './taskItem.ts';

/** Maximum number of recent commands. */
const recentLimit = 20;

export interface DraftDeps {
  readonly model: Pick<JobsModel, 'all'>;
  readonly scripts: Pick<ScriptsSource, 'ready' | 'scripts'>;
  readonly t: Translate;
}

export interface DraftItem extends vscode.QuickPickItem {
  readonly draft?: Draft;
}

/** The item of a typed command. Null for an empty text. */
export function typedDraft(text: string, t: Translate): DraftItem | null {
  const line = text.trim();
  if (line === '') return null;
  const description = t('use this command');
  return { label: `$(edit) ${escapeIcons(line)}`, description, alwaysShow: true, draft: draftOfLine(line) };
}

/** The scripts and tasks of a folder, and recent commands. */
export async function draftItems(
  { scripts, model, t }: DraftDeps,
  folder: Pick<vscode.WorkspaceFolder, 'uri'>,
): Promise<DraftItem[]> {
  const path = folder.uri.fsPath;
  await scripts.ready();
  // The tasks are asked for below, from all extensions.
  const here = scripts.scripts.filter(
    (one) => one.file !== null && one.folder.uri.toString() === folder.uri.toString(),
  );
  const tasks = (await vscode.tasks.fetchTasks()).flatMap((task) => taskItem(task, path) ?? []);
  const recent = recentCommands(model.all(), path, recentLimit);
  return [
    ...headed(
      t('Scripts'),
      here.map((script) => ({
        label: `$(symbol-event) ${escapeIcons(oneLine(scriptTitle(script)))}`,
        description: escapeIcons(oneLine(script.line, 120)),
        draft: draftOf(script.name, scriptCommand(script, process.platform), null, path),
      })),
    ),
    ...headed(t('Tasks'), tasks),
    ...headed(
      t('Recent commands'),
      recent.map(({ line, cwd }) => ({
        label: `$(history) ${escapeIcons(oneLine(line))}`,
        description: cwd ?? undefined,
        draft: { ...draftOf('', { shell: line }, cwd, path), name: draftOfLine(line).name },
      })),
    ),
  ];
}

/** Items below their heading, if there are any. */
export function headed<T extends vscode.QuickPickItem>(
  label: string,
  items: readonly T[],
): (T | vscode.QuickPickItem)[] {
  return items.length === 0 ? [] : [heading(label), ...items];
}
