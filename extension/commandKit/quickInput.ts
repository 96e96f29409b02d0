/** Quick picks and input boxes that reopen when the command palette closes them by accident. */
import * as vscode from 'vscode';
import { escapeLinks } from '../base/text.ts';

/**
 * Milliseconds after which a list that closes was closed by somebody. The palette gives the focus back to a webview
 * that had it, which closes at once what the chosen command has just opened (microsoft/vscode#93950).
 */
export const closedByItself = 300;

/** Asks again when what was opened closed by itself. */
async function persistently<T>(ask: () => Thenable<T | undefined>): Promise<T | undefined> {
  const shownAt = Date.now();
  const answer = await ask();
  return answer === undefined && Date.now() - shownAt < closedByItself ? ask() : answer;
}

/** One of a list, or undefined when nobody chose. */
export function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: vscode.QuickPickOptions = {},
): Promise<T | undefined> {
  return persistently(() => vscode.window.showQuickPick(items, { ...options, canPickMany: false }));
}

/** Some of a list, maybe none, or undefined when nobody answered. */
export function pickMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions = {},
): Promise<T[] | undefined> {
  return persistently(() => vscode.window.showQuickPick(items, { ...options, canPickMany: true }));
}

/** A text, or undefined when nobody entered one. The prompt may be what others wrote. */
export function askText({ prompt, ...options }: vscode.InputBoxOptions): Promise<string | undefined> {
  const safe = prompt === undefined ? {} : { prompt: escapeLinks(prompt) };
  return persistently(() => vscode.window.showInputBox({ ...options, ...safe }));
}

/** A line in a list, above what belongs together. */
export function heading(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
