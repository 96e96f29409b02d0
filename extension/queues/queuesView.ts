/** The view “Queues” around its rows. */
import * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import type { Disposable } from '../event.ts';
import { viewIds } from '../ids.ts';
import { oneLine } from '../text.ts';
import { type QueuesDeps, type QueuesNode, QueuesTree } from './queuesTree.ts';

export class QueuesView implements vscode.Disposable {
  readonly tree: QueuesTree;
  readonly #view: vscode.TreeView<QueuesNode>;
  readonly #subscriptions: Disposable[];

  constructor(deps: QueuesDeps) {
    this.tree = new QueuesTree(deps);
    this.#view = vscode.window.createTreeView(viewIds.queues, {
      treeDataProvider: this.tree,
      showCollapseAll: false,
    });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(({ visible }) => this.tree.reading.setVisible(visible)),
      this.tree.reading.onDidRead(() => {
        const { problem } = this.tree.reading;
        this.#view.message = problem === null ? undefined : oneLine(`${problem.message} ${problem.hint ?? ''}`, 400);
      }),
    ];
    this.tree.reading.setVisible(this.#view.visible);
  }

  /** The selected queue. */
  selection(): Queue | undefined {
    const [node] = this.#view.selection;
    return node?.kind === 'queue' ? this.tree.queue(node.name) : undefined;
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
