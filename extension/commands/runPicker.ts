/** The picker of “Run Command…”: defined jobs, scripts, recent commands, and the typed command. */

import * as vscode from 'vscode';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { closedByItself } from '../commandKit/quickInput.ts';
import type { RecentCommand } from '../commandKit/recent.ts';
import { definedItem } from '../definitions/definedItem.ts';
import type { RunnableJob } from '../definitions/runDefined.ts';
import type { FolderScript } from '../scripts/folderScript.ts';
import { scriptTitle } from '../scripts/scriptRequest.ts';

/** The selected item. */
export type RunChoice =
  | { readonly kind: 'line'; readonly line: string; readonly cwd: string | null }
  | { readonly kind: 'script'; readonly script: FolderScript }
  | { readonly kind: 'defined'; readonly job: RunnableJob };

interface RunItem extends vscode.QuickPickItem {
  readonly choice?: RunChoice;
}

export interface RunOffer {
  readonly jobs: readonly RunnableJob[];
  readonly scripts: readonly FolderScript[];
  readonly recent: readonly RecentCommand[];
  readonly placeholder: string;
}

/**
 * Asks for a command. The typed command always comes first, so that Enter does not run a similar one. Undefined if
 * dismissed.
 */
export function pickRun(
  { jobs, scripts, recent, placeholder }: RunOffer,
  t: Translate,
): Promise<RunChoice | undefined> {
  const offered: RunItem[] = [
    ...headed(t('Jobs'), jobs.map(definedRunItem)),
    ...headed(t('Scripts'), scripts.map(scriptItem)),
    ...headed(t('Recent commands'), recent.map(recentItem)),
  ];
  const pick = vscode.window.createQuickPick<RunItem>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.items = offered;
  let typed: RunItem | undefined;
  // Until the list shows the last typed text, its selection may belong to the previous list.
  let upToDate = true;
  let mayReopen = true;
  const shownAt = Date.now();
  return new Promise((resolve) => {
    pick.onDidChangeValue((value) => {
      const line = value.trim();
      typed = line === '' ? undefined : typedItem(line, t);
      upToDate = typed === undefined;
      pick.items = typed === undefined ? offered : [typed, ...offered];
    });
    pick.onDidChangeActive(([active]) => {
      if (active !== undefined && active === typed) upToDate = true;
    });
    pick.onDidAccept(() => {
      const choice = (upToDate ? pick.selectedItems[0] : typed)?.choice;
      if (choice === undefined) return;
      mayReopen = false;
      resolve(choice);
      pick.hide();
    });
    pick.onDidHide(() => {
      // See `closedByItself`.
      if (mayReopen && Date.now() - shownAt < closedByItself) {
        mayReopen = false;
        pick.items = typed === undefined ? offered : [typed, ...offered]; // Closing clears the items.
        pick.show();
        return;
      }
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function headed(label: string, items: RunItem[]): RunItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function typedItem(line: string, t: Translate): RunItem {
  const choice: RunChoice = { kind: 'line', line, cwd: null };
  return { label: `$(play) ${escapeIcons(line)}`, description: t('run this command'), alwaysShow: true, choice };
}

function definedRunItem(job: RunnableJob): RunItem {
  return { ...definedItem(job), choice: { kind: 'defined', job } };
}

function scriptItem(script: FolderScript): RunItem {
  const label = `$(symbol-event) ${escapeIcons(oneLine(scriptTitle(script)))}`;
  return { label, description: escapeIcons(oneLine(script.line, 120)), choice: { kind: 'script', script } };
}

function recentItem({ line, cwd }: RecentCommand): RunItem {
  const label = `$(history) ${escapeIcons(oneLine(line))}`;
  return { label, description: cwd ?? undefined, choice: { kind: 'line', line, cwd } };
}
