/** The rows of the view “Queues”: every queue, and below them the engines that run their jobs. */
import * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import { Reading } from '../daemon/reading.ts';
import type { Disposable } from '../event.ts';
import type { JobsModel } from '../jobsModel.ts';
import type { Translate } from '../text.ts';
import type { Row } from '../tree/row.ts';
import { type EngineLoad, renderEngine, renderEngines, renderQueue } from './row.ts';

/** Milliseconds between two readings while jobs change. */
const pace = 1_000;

/** One object per row as long as it is shown: the editor tells rows apart by identity. */
export type QueuesNode =
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'engines' }
  | { readonly kind: 'engine'; readonly name: string };

export interface QueuesAndEngines {
  readonly queues: readonly Queue[];
  readonly engines: readonly EngineLoad[];
}

export interface QueuesDeps {
  readonly model: JobsModel;
  readonly access: DaemonAccess;
  readonly t: Translate;
}

export class QueuesTree implements vscode.TreeDataProvider<QueuesNode>, vscode.Disposable {
  readonly reading: Reading<QueuesAndEngines>;
  readonly #t: Translate;
  readonly #changes = new vscode.EventEmitter<QueuesNode[] | undefined>();
  readonly #nodes = new Map<string, QueuesNode>();
  readonly #drawn = new Map<QueuesNode, string>();
  readonly #subscriptions: Disposable[];

  readonly onDidChangeTreeData = this.#changes.event;

  constructor({ access, model, t }: QueuesDeps) {
    this.#t = t;
    this.reading = new Reading<QueuesAndEngines>({
      access,
      async read(client) {
        const { queues, engines } = await client.health();
        return { queues, engines };
      },
      pace,
    });
    this.#subscriptions = [
      this.reading.onDidRead(({ before, now }) => this.#redraw(before, now)),
      model.onDidChange(() => this.reading.mayHaveChanged()),
    ];
  }

  /** While it is seen, the rows are kept true. */
  setVisible(visible: boolean): void {
    this.reading.setVisible(visible);
  }

  async getChildren(node?: QueuesNode): Promise<QueuesNode[]> {
    const { queues, engines } = (await this.reading.current()) ?? { queues: [], engines: [] };
    if (node === undefined) {
      const rows = queues.map(({ name }) => this.#node({ kind: 'queue', name }));
      return engines.length === 0 ? rows : [...rows, this.#node({ kind: 'engines' })];
    }
    return node.kind === 'engines' ? engines.map(({ name }) => this.#node({ kind: 'engine', name })) : [];
  }

  getParent(node: QueuesNode): QueuesNode | undefined {
    return node.kind === 'engine' ? this.#node({ kind: 'engines' }) : undefined;
  }

  getTreeItem(node: QueuesNode): vscode.TreeItem {
    const row = this.#row(node);
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(row?.label ?? keyOf(node), node.kind === 'engines' ? Collapsed : None);
    item.id = keyOf(node);
    if (row === undefined) return item;
    this.#drawn.set(node, appearance(row));
    item.description = row.description;
    item.iconPath = new vscode.ThemeIcon(row.icon.icon, new vscode.ThemeColor(row.icon.color));
    item.contextValue = row.context;
    item.accessibilityInformation = { label: row.spoken };
    return item;
  }

  /** A queue of the rows, by its name. */
  queue(name: string): Queue | undefined {
    return this.reading.value?.queues.find((queue) => queue.name === name);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.reading.dispose();
    this.#changes.dispose();
  }

  #row(node: QueuesNode): Row | undefined {
    const engines = this.reading.value?.engines ?? [];
    if (node.kind === 'engines') return renderEngines(engines, this.#t);
    if (node.kind === 'queue') {
      const queue = this.queue(node.name);
      return queue === undefined ? undefined : renderQueue(queue, this.#t);
    }
    const engine = engines.find(({ name }) => name === node.name);
    return engine === undefined ? undefined : renderEngine(engine, this.#t);
  }

  #redraw(before: QueuesAndEngines | undefined, now: QueuesAndEngines | undefined): void {
    if (now === undefined || names(before) !== names(now)) {
      this.#nodes.clear();
      this.#drawn.clear();
      this.#changes.fire(undefined);
      return;
    }
    const different = [...this.#drawn].flatMap(([node, drawn]) => {
      const row = this.#row(node);
      return row === undefined || appearance(row) === drawn ? [] : [node];
    });
    if (different.length > 0) this.#changes.fire(different);
  }

  #node(node: QueuesNode): QueuesNode {
    const known = this.#nodes.get(keyOf(node));
    if (known !== undefined) return known;
    this.#nodes.set(keyOf(node), node);
    return node;
  }
}

function keyOf(node: QueuesNode): string {
  return node.kind === 'engines' ? 'engines' : `${node.kind}:${node.name}`;
}

function names(read: QueuesAndEngines | undefined): string | undefined {
  if (read === undefined) return undefined;
  return [read.queues, read.engines].map((some) => some.map(({ name }) => name).join()).join('/');
}

function appearance(row: Row): string {
  return [row.label, row.description, row.icon.icon, row.context].join('\n');
}
