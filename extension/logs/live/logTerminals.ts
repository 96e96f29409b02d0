/** Live logs: one terminal in the editor area per attempt. */
import * as vscode from 'vscode';
import { type LogRef, logKey } from '../../base/logRef.ts';
import { oneLine } from '../../base/text.ts';
import { LogPty, type LogPtyDeps } from './logPty.ts';

export class LogTerminals implements vscode.Disposable {
  readonly #deps: LogPtyDeps;
  readonly #terminals = new Map<string, vscode.Terminal>();
  readonly #refs = new WeakMap<vscode.Terminal, LogRef>();
  readonly #closing: vscode.Disposable;

  constructor(deps: LogPtyDeps) {
    this.#deps = deps;
    this.#closing = vscode.window.onDidCloseTerminal((closed) => {
      for (const [key, terminal] of this.#terminals) if (terminal === closed) this.#terminals.delete(key);
    });
  }

  /** Shows the terminal of an attempt, the open one or a new one. */
  show(ref: LogRef, title: string, preserveFocus: boolean): void {
    const key = logKey(ref);
    const open = this.#terminals.get(key);
    if (open !== undefined) {
      open.show(preserveFocus);
      return;
    }
    const terminal = vscode.window.createTerminal({
      name: `${oneLine(title, 60)} #${ref.attempt}`,
      pty: new LogPty(this.#deps, ref),
      iconPath: new vscode.ThemeIcon('output'),
      location: { viewColumn: vscode.ViewColumn.Active, preserveFocus },
      isTransient: true,
    });
    this.#terminals.set(key, terminal);
    this.#refs.set(terminal, ref);
    terminal.show(preserveFocus);
  }

  /** The attempt whose terminal is the active tab. */
  get active(): LogRef | null {
    const terminal = vscode.window.activeTerminal;
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    if (terminal === undefined || !(tab?.input instanceof vscode.TabInputTerminal)) return null;
    return this.#refs.get(terminal) ?? null;
  }

  dispose(): void {
    this.#closing.dispose();
    for (const terminal of this.#terminals.values()) terminal.dispose();
  }
}
