/** A view of what a `Reading` has read: it is read while the view is seen, and the view says why when it can't be. */
import * as vscode from 'vscode';
import type { Disposable } from '../event.ts';
import { oneLine } from '../text.ts';
import type { Reading } from './reading.ts';

export interface ReadingTree<Node> extends vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly reading: Pick<Reading<unknown>, 'onDidRead' | 'problem' | 'refresh'>;
  /** While it is seen, its rows are kept true. */
  setVisible(visible: boolean): void;
}

export class ReadingView<Node, Tree extends ReadingTree<Node>> implements vscode.Disposable {
  readonly tree: Tree;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscriptions: Disposable[];

  constructor(id: string, tree: Tree) {
    this.tree = tree;
    this.#view = vscode.window.createTreeView(id, { treeDataProvider: tree, showCollapseAll: false });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(({ visible }) => tree.setVisible(visible)),
      tree.reading.onDidRead(() => {
        const { problem } = tree.reading;
        this.#view.message = problem === null ? undefined : oneLine(`${problem.message} ${problem.hint ?? ''}`, 400);
      }),
    ];
    tree.setVisible(this.#view.visible);
  }

  protected get selected(): Node | undefined {
    return this.#view.selection[0];
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
