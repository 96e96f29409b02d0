/** Adds a definition to a folder's `.vscode/jobs.json`. */

import * as vscode from 'vscode';
import { editorProblem } from '../../shared/messages/editor.ts';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { askText, pickOne } from '../commandKit/quickInput.ts';
import { recentCommands } from '../commandKit/recent.ts';
import { currentFolder } from '../commandKit/startJob.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { scriptCommand } from '../scripts/packageScripts.ts';
import type { ScriptsSource } from '../scripts/scriptsSource.ts';
import { fileIn } from './definitionFiles.ts';
import type { Tools } from './loadTools.ts';
import { type Draft, draftOf, draftOfLine, freeName } from './sources.ts';
import { taskItem } from './taskItem.ts';

export interface NewDefinitionDeps {
  readonly model: Pick<JobsModel, 'all'>;
  readonly scripts: Pick<ScriptsSource, 'ready' | 'scripts'>;
  readonly t: Translate;
  /** Reads and writes definitions. */
  tools(): Tools;
}

/** Maximum number of recent commands in the picker. */
const recentLimit = 20;
/** Milliseconds to wait until the editor has reloaded a file that changed on disk. */
const reloadLimitMs = 5_000;

/** Asks for the command and the name, writes the definition and shows it. */
export async function newDefinition(deps: NewDefinitionDeps): Promise<void> {
  const { t } = deps;
  const folder = await chooseFolder(t);
  if (folder === undefined) return;
  const draft = await chooseDraft(deps, folder);
  if (draft === undefined) return;
  const uri = fileIn(folder);
  const before = await textOf(uri);
  const isTaken = (name: string) => deps.tools().refuseName(before, name) === 'taken';
  const name = await askText({
    title: t('New Job Definition in {0}', folder.name),
    prompt: t('Name of the job. It is also the type of its runs.'),
    value: freeName(draft.name, isTaken),
    ignoreFocusOut: true,
    validateInput: (typed) => nameError(deps.tools().refuseName(before, typed.trim()), t),
  });
  if (name === undefined) return;
  await write(deps, uri, name.trim(), draft);
}

function nameError(refused: 'form' | 'taken' | null, t: Translate): string | undefined {
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

interface DraftItem extends vscode.QuickPickItem {
  /** Null for a command that the user types. */
  readonly draft?: Draft | null;
}

async function chooseDraft(deps: NewDefinitionDeps, folder: vscode.WorkspaceFolder): Promise<Draft | undefined> {
  const { t } = deps;
  const typed: DraftItem = { label: `$(edit) ${t('Type a command…')}`, draft: null };
  const items: Promise<DraftItem[]> = offered(deps, folder).then((found) => [typed, ...found]);
  const options: vscode.QuickPickOptions = {
    title: t('New Job Definition'),
    placeHolder: t('Select what the job runs'),
    matchOnDescription: true,
  };
  const picked = await pickOne(items, options);
  if (picked?.draft !== null) return picked?.draft;
  const line = await askText({
    title: t('New Job Definition'),
    prompt: t('Shell command. You can use placeholders such as {0}.', '${workspaceFolder}'),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? t('Enter a command to run.') : undefined),
  });
  return line === undefined ? undefined : draftOfLine(line);
}

async function offered({ scripts, model, t }: NewDefinitionDeps, folder: vscode.WorkspaceFolder): Promise<DraftItem[]> {
  const path = folder.uri.fsPath;
  await scripts.ready();
  const here = scripts.scripts.filter((script) => script.folder.uri.toString() === folder.uri.toString());
  const tasks = (await vscode.tasks.fetchTasks()).flatMap((task) => taskItem(task, path) ?? []);
  const recent = recentCommands(model.all(), path, recentLimit);
  return [
    ...headed(
      t('Scripts'),
      here.map(({ manager, name, line }) => ({
        label: `$(symbol-event) ${escapeIcons(`${manager} run ${oneLine(name)}`)}`,
        description: escapeIcons(oneLine(line, 120)),
        draft: draftOf(name, scriptCommand(manager, name, process.platform), null, path),
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

function headed(label: string, items: DraftItem[]): DraftItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

/** The text of a file including unsaved changes, or null if it does not exist. */
async function textOf(uri: vscode.Uri): Promise<string | null> {
  const open = vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === uri.toString());
  if (open !== undefined) return open.getText();
  // The editor may still have a document whose file was deleted.
  if (!(await exists(uri))) return null;
  return new TextDecoder('utf-8').decode(await vscode.workspace.fs.readFile(uri));
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

async function write(
  { tools }: NewDefinitionDeps,
  uri: vscode.Uri,
  name: string,
  { definition }: Draft,
): Promise<void> {
  const before = await textOf(uri);
  const after = tools().addJob(before, name, definition);
  if ('problem' in after) {
    await vscode.window.showTextDocument(uri);
    throw editorProblem('INVALID_DEFINITION/notAdded', { file: uri.fsPath, problem: after.problem });
  }
  const written = await vscode.workspace.applyEdit(
    before === null ? creation(uri, after.text) : await replacement(uri, before, after.text),
  );
  // A deleted file may still be open with its old text.
  const document = written ? await documentWith(uri, after.text) : null;
  if (document === null || (document.isDirty && !(await document.save()))) {
    throw editorProblem('INVALID_DEFINITION/notWritten', { file: uri.fsPath });
  }
  const place = document.positionAt(after.offset);
  await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(place, place) });
}

/**
 * The file's document, once it has this text. If another program has just changed the file, the editor takes a moment to
 * reload it, and could not save an edit of the old text.
 */
async function documentWith(uri: vscode.Uri, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  const isCurrent = () => document.isDirty || withoutReturns(document.getText()) === withoutReturns(text);
  if (isCurrent()) return document;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(limit);
      listener.dispose();
      resolve();
    };
    const limit = setTimeout(done, reloadLimitMs);
    const listener = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === document && isCurrent()) done();
    });
  });
  return document;
}

/** A document has the same line ending on every line, a file may not. */
function withoutReturns(text: string): string {
  return text.replace(/\r/g, '');
}

/** Creates the file through the editor, which may still have a document of a deleted file with this name. */
function creation(uri: vscode.Uri, text: string): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents: new TextEncoder().encode(text) });
  return edit;
}

async function replacement(uri: vscode.Uri, before: string, text: string): Promise<vscode.WorkspaceEdit> {
  const document = await documentWith(uri, before);
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, whole, text);
  return edit;
}
