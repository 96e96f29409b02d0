/** Lists to choose from. */

import * as vscode from 'vscode';
import { formatCommand } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { shownStatus } from '../../shared/status.ts';
import type { RunnableJob } from '../definitions/runDefined.ts';
import type { FolderScript } from '../scripts/scriptsSource.ts';
import { escapeIcons, oneLine, type Translate } from '../text.ts';
import { renderRow, statusIcons } from '../tree/row.ts';
import { closedByItself, pickOne } from './asking.ts';
import type { RecentCommand } from './recent.ts';

export interface JobItem extends vscode.QuickPickItem {
  readonly job: Job;
}

/** A job as a line to choose. */
export function jobItem(job: Job, t: Translate): JobItem {
  const row = renderRow(job, Date.now(), t);
  return {
    label: `$(${statusIcons[shownStatus(job)].icon}) ${escapeIcons(row.label)}`,
    description: escapeIcons(row.description),
    detail:
      job.commandLine === null || job.commandLine === job.title ? undefined : escapeIcons(oneLine(job.commandLine)),
    job,
  };
}

/** Asks for one of these jobs; undefined when nobody chose. */
export async function pickJob(jobs: readonly Job[], placeHolder: string, t: Translate): Promise<Job | undefined> {
  const items = jobs.map((job) => jobItem(job, t));
  const picked = await pickOne(items, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.job;
}

/** What somebody chose to run. */
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
 * Asks for a command: a defined job, one of the scripts, a recent one, or what is typed, which always comes first: nobody who typed a
 * command wants another one that is merely like it. Undefined when nobody chose.
 */
export function pickRun(
  { jobs, scripts, recent, placeholder }: RunOffer,
  t: Translate,
): Promise<RunChoice | undefined> {
  const offered: RunItem[] = [
    ...headed(t('Jobs'), jobs.map(definedItem)),
    ...headed(t('Scripts'), scripts.map(scriptItem)),
    ...headed(t('Recent commands'), recent.map(recentItem)),
  ];
  const pick = vscode.window.createQuickPick<RunItem>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.items = offered;
  let typed: RunItem | undefined;
  // Until the list shows what was typed last, what it says is chosen may be of the list before.
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
        pick.items = typed === undefined ? offered : [typed, ...offered]; // It forgets them when it closes.
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
  return { label: `$(play) ${escapeIcons(line)}`, description: t('run this'), alwaysShow: true, choice };
}

/** A defined job as a line to choose. */
export function definedItem(job: RunnableJob): vscode.QuickPickItem & { choice: RunChoice; job: RunnableJob } {
  const { name, definition, icon, folderName } = job;
  const { command, label } = definition;
  const line = formatCommand(typeof command === 'string' ? { shell: command } : { argv: command });
  const told = [...(label === undefined ? [] : [label]), line, ...(folderName === null ? [] : [folderName])];
  return {
    label: `$(${icon ?? 'play-circle'}) ${escapeIcons(name)}`,
    description: escapeIcons(oneLine(told.join(' · '), 160)),
    choice: { kind: 'defined', job },
    job,
  };
}

function scriptItem(script: FolderScript): RunItem {
  const label = `$(symbol-event) ${escapeIcons(`${script.manager} run ${oneLine(script.name)}`)}`;
  return { label, description: escapeIcons(oneLine(script.line, 120)), choice: { kind: 'script', script } };
}

function recentItem({ line, cwd }: RecentCommand): RunItem {
  const label = `$(history) ${escapeIcons(oneLine(line))}`;
  return { label, description: cwd ?? undefined, choice: { kind: 'line', line, cwd } };
}
