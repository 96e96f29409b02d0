/** Quick picks and input boxes that reopen if the command palette closes them by accident. */
import * as vscode from 'vscode';
import { escapeLinks } from '../base/text.ts';

/**
 * A quick pick that closes within this many milliseconds was not closed by the user. The palette returns the focus to
 * the webview that had it, which closes what the command just opened (microsoft/vscode#93950).
 */
export const closedByItself = 300;

/** Asks again if the input was closed by accident. */
async function reopening<T>(ask: () => Thenable<T | undefined>): Promise<T | undefined> {
  const shownAt = Date.now();
  const answer = await ask();
  return answer === undefined && Date.now() - shownAt < closedByItself ? ask() : answer;
}

/** The selected item, or undefined if dismissed. */
export function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: vscode.QuickPickOptions = {},
): Promise<T | undefined> {
  return reopening(() => vscode.window.showQuickPick(items, { ...options, canPickMany: false }));
}

/** The selected items, possibly none, or undefined if dismissed. */
export function pickMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions = {},
): Promise<T[] | undefined> {
  return reopening(() => vscode.window.showQuickPick(items, { ...options, canPickMany: true }));
}

/** The entered text, or undefined if dismissed. The prompt may contain untrusted text. */
export function askText({ prompt, ...options }: vscode.InputBoxOptions): Promise<string | undefined> {
  const safe = prompt === undefined ? {} : { prompt: escapeLinks(prompt) };
  return reopening(() => vscode.window.showInputBox({ ...options, ...safe }));
}

/** A separator with a label. */
export function heading(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
