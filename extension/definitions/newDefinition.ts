/** Adds a definition to a folder's `.vscode/jobs.json`. */

import * as vscode from 'vscode';
import { editorProblem } from '../../shared/messages/editor.ts';
import type { Translate } from '../base/text.ts';
import { type Ask, askAll, askListStep, askTextStep } from '../commandKit/dialogSteps.ts';
import { pickOne } from '../commandKit/quickInput.ts';
import { currentFolder } from '../commandKit/startJob.ts';
import { fileIn } from './definitionFiles.ts';
import { type DraftDeps, draftItems, typedDraft } from './draftItems.ts';
import type { Tools } from './loadTools.ts';
import { type Draft, freeName } from './sources.ts';
import { textOf, writeDefinitions } from './writeDefinitions.ts';

export interface NewDefinitionDeps extends DraftDeps {
  /** Reads and writes definitions. */
  tools(): Tools;
}

/** Asks for the command and the name, writes the definition and shows it. */
export async function newDefinition(deps: NewDefinitionDeps): Promise<void> {
  const { t } = deps;
  const folder = await chooseFolder(t);
  if (folder === undefined) return;
  const uri = fileIn(folder);
  const before = await textOf(uri);
  const isTaken = (name: string) => deps.tools().refuseName(before, name) === 'taken';
  const title = t('New Job Definition in {0}', folder.name);
  let draft: Draft | undefined;
  let name = '';
  const askDraft: Ask = async (place) => {
    const answer = await askListStep({
      ...place,
      title,
      placeholder: t('Select what the job runs, or type a command'),
      items: draftItems(deps, folder),
      typed: (text) => typedDraft(text, t),
    });
    if (answer.to === 'next') {
      draft = answer.value.draft;
      name = draft === undefined ? '' : freeName(draft.name, isTaken);
    }
    return answer;
  };
  const askName: Ask = async (place) => {
    const answer = await askTextStep({
      ...place,
      title,
      prompt: t('Name of the job. It is also the type of its runs.'),
      value: name,
      check: (typed) => nameError(deps.tools().refuseName(before, typed.trim()), t),
    });
    if (answer.to !== 'away') name = (answer.value ?? '').trim();
    return answer;
  };
  const done = await askAll(
    (answered) => [askDraft, askName][answered],
    () => 2,
  );
  if (done && draft !== undefined) {
    // Another program may have changed it in the meantime.
    const now = await textOf(uri);
    await writeDefinitions(uri, now, deps.tools().addJob(now, name, draft.definition));
  }
}

/** Why a name can't be used for a new job. */
export function nameError(refused: 'form' | 'taken' | null, t: Translate): string | undefined {
  if (refused === 'taken') return t('A job with this name already exists.');
  return refused === 'form' ? t('Use up to 100 letters, digits, “_”, “-”, “.” or “:”.') : undefined;
}

/** The folder to write to, or undefined if dismissed. */
async function chooseFolder(t: Translate): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) throw editorProblem('INVALID_DEFINITION/noFolder');
  if (folders.length === 1) return folders[0];
  const current = currentFolder();
  const ordered = [...folders].sort((a, b) => Number(b === current) - Number(a === current));
  const items = ordered.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder }));
  return (await pickOne(items, { placeHolder: t('Select a folder for the definition') }))?.folder;
}
