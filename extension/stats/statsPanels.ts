/** Creates the statistics panel on demand, and restores it after a restart of the editor. */
import * as vscode from 'vscode';
import { defaultStatsWindow, readStatsPageState, type StatsWindow } from '../../shared/statsPanel.ts';
import { statsPanelType } from '../base/ids.ts';
import { panelOptions } from '../detail/loadPage.ts';
import { type StatsDeps, StatsPanel } from './statsPanel.ts';

export class StatsPanels implements vscode.Disposable {
  readonly #deps: StatsDeps;
  readonly #serializer: vscode.Disposable;
  #open: StatsPanel | null = null;

  constructor(deps: StatsDeps) {
    this.#deps = deps;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(statsPanelType, {
      deserializeWebviewPanel: async (panel, state: unknown) => this.#restore(panel, readStatsPageState(state).days),
    });
  }

  /** Shows the statistics, in the open panel or a new one. */
  show(): void {
    if (this.#open !== null) {
      this.#open.reveal();
      return;
    }
    const title = vscode.l10n.t('Job Statistics');
    const panel = vscode.window.createWebviewPanel(
      statsPanelType,
      title,
      vscode.ViewColumn.Active,
      panelOptions(this.#deps.extensionUri),
    );
    this.#adopt(panel, defaultStatsWindow);
  }

  /** Leaves the tab open, so that the editor can restore it after a restart. */
  dispose(): void {
    this.#serializer.dispose();
    this.#open?.dispose();
  }

  /** Restores a tab when it is first shown. By then, there may be another panel. */
  #restore(panel: vscode.WebviewPanel, days: StatsWindow): void {
    if (this.#open === null) {
      this.#adopt(panel, days);
      return;
    }
    panel.dispose();
    this.#open.reveal();
  }

  #adopt(panel: vscode.WebviewPanel, days: StatsWindow): void {
    const open = new StatsPanel(panel, days, this.#deps);
    this.#open = open;
    panel.onDidDispose(() => {
      if (this.#open === open) this.#open = null;
    });
  }
}
