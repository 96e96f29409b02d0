/** Live logs: one terminal in the editor area per attempt. */
import * as vscode from 'vscode';
import { type LogRef, logKey } from '../../base/logRef.ts';
import { oneLine } from '../../base/text.ts';
import { type FullLogLinks, terminalRows } from './fullLogLinks.ts';
import { LogPty, type LogPtyDeps } from './logPty.ts';

export class LogTerminals implements vscode.Disposable {
  readonly #deps: Omit<LogPtyDeps, 'rows'>;
  readonly #links: FullLogLinks;
  readonly #terminals = new Map<string, vscode.Terminal>();
  readonly #refs = new WeakMap<vscode.Terminal, LogRef>();
  /** Terminals that were just opened, and have not been the active one yet. */
  readonly #opening = new Set<vscode.Terminal>();
  readonly #subscriptions: vscode.Disposable;

  constructor(deps: Omit<LogPtyDeps, 'rows'>, links: FullLogLinks) {
    this.#deps = deps;
    this.#links = links;
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.onDidCloseTerminal((closed) => {
        this.#opening.delete(closed);
        this.#links.forget(closed);
        for (const [key, terminal] of this.#terminals) if (terminal === closed) this.#terminals.delete(key);
      }),
      vscode.window.onDidChangeActiveTerminal((active) => active && this.#opening.delete(active)),
    );
  }

  /** Shows the terminal of an attempt, the open one or a new one. */
  show(ref: LogRef, title: string, preserveFocus: boolean): void {
    const key = logKey(ref);
    const open = this.#terminals.get(key);
    if (open !== undefined) {
      open.show(preserveFocus);
      return;
    }
    const pty = new LogPty({ ...this.#deps, rows: terminalRows() }, ref);
    const terminal = vscode.window.createTerminal({
      name: `${oneLine(title, 60)} #${ref.attempt}`,
      pty,
      iconPath: new vscode.ThemeIcon('output'),
      location: { viewColumn: vscode.ViewColumn.Active, preserveFocus },
      isTransient: true,
    });
    this.#terminals.set(key, terminal);
    this.#refs.set(terminal, ref);
    this.#links.add(pty, ref, (other) => other === terminal);
    this.#opening.add(terminal);
    terminal.show(preserveFocus);
  }

  /** The attempt whose terminal is the active tab. */
  get active(): LogRef | null {
    const terminal = vscode.window.activeTerminal;
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    if (terminal === undefined || !(tab?.input instanceof vscode.TabInputTerminal)) return null;
    return this.#refs.get(terminal) ?? null;
  }

  /** Whether the terminal of an attempt is the active tab of a group, or is about to be. */
  isVisible(ref: LogRef): boolean {
    const terminal = this.#terminals.get(logKey(ref));
    if (terminal === undefined) return false;
    if (this.#opening.has(terminal)) return true;
    // Tabs don't say which terminal they show.
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    const isActive = vscode.window.activeTerminal === terminal && activeTab?.input instanceof vscode.TabInputTerminal;
    return isActive || vscode.window.tabGroups.all.some((group) => showsTerminal(group.activeTab, terminal));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const terminal of this.#terminals.values()) terminal.dispose();
  }
}

/** Whether a tab shows the terminal, as far as its name says. */
function showsTerminal(tab: vscode.Tab | undefined, { name }: vscode.Terminal): boolean {
  return tab?.input instanceof vscode.TabInputTerminal && tab.label === name;
}
