/** The open detail panels, at most one per job. */
import * as vscode from 'vscode';
import { readPageState } from '../../shared/panel.ts';
import { detailPanelType } from '../base/ids.ts';
import type { DetailDeps } from './deps.ts';
import { panelOptions } from './loadPage.ts';
import { DetailPanel } from './panel.ts';

export class DetailPanels implements vscode.Disposable {
  readonly #deps: DetailDeps;
  readonly #open = new Map<string, DetailPanel>();
  readonly #serializer: vscode.Disposable;

  constructor(deps: DetailDeps) {
    this.#deps = deps;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(detailPanelType, {
      deserializeWebviewPanel: async (panel, state: unknown) => this.#restore(panel, state),
    });
  }

  /** Shows the details of a job, in its open panel or a new one. `title`: of the tab until the job is known. */
  show(jobId: string, { title = jobId, preserveFocus = false } = {}): void {
    const open = this.#open.get(jobId);
    if (open !== undefined) {
      open.reveal(preserveFocus);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      detailPanelType,
      title,
      { viewColumn: vscode.ViewColumn.Active, preserveFocus },
      panelOptions(this.#deps.extensionUri),
    );
    this.#adopt(panel, jobId, null);
  }

  /** The job and attempt of the panel that is the active editor. */
  get active(): { readonly jobId: string; readonly attempt: number | null } | null {
    return [...this.#open.values()].find(({ isActive }) => isActive)?.shown ?? null;
  }

  /** Whether a job's panel is the active editor. */
  isActive(jobId: string): boolean {
    return this.#open.get(jobId)?.isActive ?? false;
  }

  /** Whether a job's panel is visible, also beside the active editor. */
  isVisible(jobId: string): boolean {
    return this.#open.get(jobId)?.isVisible ?? false;
  }

  /** Leaves the tabs open, so that the editor can restore them after a restart. */
  dispose(): void {
    this.#serializer.dispose();
    for (const detail of this.#open.values()) detail.dispose();
  }

  /**
   * Restores a tab after a restart. This happens when the tab is first shown, and by then the job may have another
   * panel, which is shown instead. A tab without a known job is closed.
   */
  #restore(panel: vscode.WebviewPanel, state: unknown): void {
    const kept = readPageState(state);
    if (kept !== null && !this.#open.has(kept.jobId)) {
      this.#adopt(panel, kept.jobId, kept.attempt);
      return;
    }
    panel.dispose();
    if (kept !== null) this.show(kept.jobId);
  }

  #adopt(panel: vscode.WebviewPanel, jobId: string, attempt: number | null): void {
    this.#open.set(jobId, new DetailPanel(panel, jobId, attempt, this.#deps));
    panel.onDidDispose(() => this.#open.delete(jobId));
  }
}
