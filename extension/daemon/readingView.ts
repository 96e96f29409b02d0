/** A tree view over readings. They are read while the view is visible, and the view shows why if that fails. */
import * as vscode from 'vscode';
import type { Disposable } from '../base/event.ts';
import { type RowAction, registerOpenRow } from '../base/openRow.ts';
import { revealWithRetry } from '../base/revealWithRetry.ts';
import { oneLine, problemText, type Translate } from '../base/text.ts';
import { firstProblem, type Reading } from './reading.ts';

export interface ReadingTree<Node> extends vscode.TreeDataProvider<Node>, vscode.Disposable {
  /** The readings its rows are made of. */
  readonly readings: readonly Pick<Reading<unknown>, 'onDidRead' | 'problem' | 'refresh'>[];
  /** While visible, its rows are kept up to date. */
  setVisible(visible: boolean): void;
}

export class ReadingView<Node, Tree extends ReadingTree<Node>> implements vscode.Disposable {
  readonly tree: Tree;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscriptions: Disposable[];
  readonly #t: Translate;
  #notice: string | undefined;

  constructor(id: string, tree: Tree, t: Translate) {
    this.tree = tree;
    this.#t = t;
    this.#view = vscode.window.createTreeView(id, { treeDataProvider: tree, showCollapseAll: false });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(({ visible }) => tree.setVisible(visible)),
      ...tree.readings.map(({ onDidRead }) => onDidRead(() => this.#updateMessage())),
    ];
    tree.setVisible(this.#view.visible);
  }

  /** Text above the rows unless they could not be read. */
  get notice(): string | undefined {
    return this.#notice;
  }

  set notice(text: string | undefined) {
    this.#notice = text;
    this.#updateMessage();
  }

  #updateMessage(): void {
    const problem = firstProblem(this.tree.readings);
    this.#view.message = problem === null ? this.#notice : oneLine(problemText(problem, this.#t), 400);
  }

  /** Registers the command of the rows. */
  protected openRowsWith(command: string, actionOf: (node: Node) => RowAction | undefined): void {
    this.keep(registerOpenRow(command, this.#view, actionOf));
  }

  /** Disposes of it with the view. */
  protected keep(part: Disposable): void {
    this.#subscriptions.push(part);
  }

  /** The selected row. Rows that are selected in a hidden view are not meant. */
  protected get selected(): Node | undefined {
    return this.#view.visible ? this.#view.selection[0] : undefined;
  }

  /** Opens the view and selects a row that may have just been added. `node` is called for each try. */
  protected async show(node: () => Node): Promise<void> {
    await revealWithRetry(() => this.#view.reveal(node(), { select: true, focus: true, expand: true }));
  }

  /** Reads again after a command changed something. */
  async refresh(): Promise<void> {
    await Promise.all(this.tree.readings.map((reading) => reading.refresh()));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#view.dispose();
    this.tree.dispose();
  }
}
