/** Changes definition files through the editor, which may have them open. */
import * as vscode from 'vscode';
import { editorProblem } from '../../shared/messages/editor.ts';
import type { Message } from '../../shared/messages/schema.ts';

/** Milliseconds to wait until the editor has reloaded a file that changed on disk. */
const reloadLimitMs = 5_000;

/** The text of a file including unsaved changes, or null if it does not exist. */
export async function textOf(uri: vscode.Uri): Promise<string | null> {
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

/** A changed text, with the place of the change; or why it could not be changed. */
export type Changed = { text: string; offset: number } | { problem: Message };

/**
 * Writes a changed definition file and shows the change. `before` is its text as read by `textOf`.
 * @throws JobdeckError INVALID_DEFINITION if it has a mistake or could not be saved
 */
export async function writeDefinitions(uri: vscode.Uri, before: string | null, after: Changed): Promise<void> {
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
