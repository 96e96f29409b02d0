/** The view “Schedules” around its rows. */
import * as vscode from 'vscode';
import type { Schedule } from '../../shared/schedule.ts';
import type { Disposable } from '../event.ts';
import { viewIds } from '../ids.ts';
import { oneLine } from '../text.ts';
import { type SchedulesDeps, type SchedulesNode, SchedulesTree } from './schedulesTree.ts';

export class SchedulesView implements vscode.Disposable {
  readonly tree: SchedulesTree;
  readonly #view: vscode.TreeView<SchedulesNode>;
  readonly #subscriptions: Disposable[];

  constructor(deps: SchedulesDeps) {
    this.tree = new SchedulesTree(deps);
    this.#view = vscode.window.createTreeView(viewIds.schedules, {
      treeDataProvider: this.tree,
      showCollapseAll: false,
    });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(({ visible }) => this.tree.setVisible(visible)),
      this.tree.reading.onDidRead(() => {
        const { problem } = this.tree.reading;
        this.#view.message = problem === null ? undefined : oneLine(`${problem.message} ${problem.hint ?? ''}`, 400);
      }),
    ];
    this.tree.setVisible(this.#view.visible);
  }

  /** The selected schedule; that of a selected run is not meant. */
  selection(): Schedule | undefined {
    const [node] = this.#view.selection;
    return node?.kind === 'schedule' ? this.tree.schedule(node.id) : undefined;
  }

  /** Shows what a command has just changed. */
  refresh(): Promise<void> {
    return this.tree.reading.refresh();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#view.dispose();
    this.tree.dispose();
  }
}
