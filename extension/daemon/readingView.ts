/** A view of what was read: it is read while the view is seen, and the view says why when it can't be. */
import * as vscode from 'vscode';
import type { Disposable } from '../base/event.ts';
import { revealPatiently } from '../base/revealPatiently.ts';
import { oneLine, problemText, type Translate } from '../base/text.ts';
import { firstProblem, type Reading } from './reading.ts';

export interface ReadingTree<Node> extends vscode.TreeDataProvider<Node>, vscode.Disposable {
  /** All that its rows are made of. */
  readonly readings: readonly Pick<Reading<unknown>, 'onDidRead' | 'problem' | 'refresh'>[];
  /** While it is seen, its rows are kept true. */
  setVisible(visible: boolean): void;
}

export class ReadingView<Node, Tree extends ReadingTree<Node>> implements vscode.Disposable {
  readonly tree: Tree;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscriptions: Disposable[];

  constructor(id: string, tree: Tree, t: Translate) {
    this.tree = tree;
    this.#view = vscode.window.createTreeView(id, { treeDataProvider: tree, showCollapseAll: false });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(({ visible }) => tree.setVisible(visible)),
      ...tree.readings.map(({ onDidRead }) =>
        onDidRead(() => {
          const problem = firstProblem(tree.readings);
          this.#view.message = problem === null ? undefined : oneLine(problemText(problem, t), 400);
        }),
      ),
    ];
    tree.setVisible(this.#view.visible);
  }

  protected get selected(): Node | undefined {
    return this.#view.selection[0];
  }

  /** Opens the view at a row that may have just come, and selects that; `node` gives it as it is then. */
  protected async show(node: () => Node): Promise<void> {
    await revealPatiently(() => this.#view.reveal(node(), { select: true, focus: true, expand: true }));
  }

  /** Shows what a command has just changed. */
  async refresh(): Promise<void> {
    await Promise.all(this.tree.readings.map((reading) => reading.refresh()));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#view.dispose();
    this.tree.dispose();
  }
}
