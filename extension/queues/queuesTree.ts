/** The rows of the view “Queues & Engines”: every queue, then the local and remote engines. */

import * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import type { Disposable } from '../base/event.ts';
import { commandIds } from '../base/ids.ts';
import type { Translate } from '../base/text.ts';
import { type DaemonAccess, type FeedHints, isLive } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';
import type { Connections } from '../engines/connections.ts';
import {
  type EngineFacts,
  type EngineNode,
  type EngineRow,
  engineChildren,
  engineParent,
  engineRow,
} from '../engines/nodes.ts';
import type { EngineLoad } from '../engines/row.ts';
import { defaultQueue, renderQueue } from './row.ts';

/** Milliseconds between two readings while jobs change. */
const pace = 1_000;

/** One object per row while it is shown: the editor identifies rows by object identity. */
export type QueuesNode = { readonly kind: 'queue'; readonly name: string } | EngineNode;

export interface QueuesAndEngines {
  readonly queues: readonly Queue[];
  readonly engines: readonly EngineLoad[];
}

export interface QueuesDeps {
  readonly model: JobsModel;
  readonly access: DaemonAccess & FeedHints;
  readonly connections: Connections;
  readonly t: Translate;
}

export class QueuesTree implements vscode.TreeDataProvider<QueuesNode>, vscode.Disposable {
  readonly reading: Reading<QueuesAndEngines>;
  readonly readings: readonly [Reading<QueuesAndEngines>, Connections['reading']];
  readonly #access: DaemonAccess;
  readonly #connections: Connections;
  readonly #t: Translate;
  readonly #changes = new vscode.EventEmitter<QueuesNode[] | undefined>();
  readonly #nodes = new Map<string, QueuesNode>();
  readonly #drawn = new Map<QueuesNode, string>();
  readonly #subscriptions: Disposable[];
  #shape: string | undefined;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor({ access, model, connections, t }: QueuesDeps) {
    this.#access = access;
    this.#connections = connections;
    this.#t = t;
    this.reading = new Reading<QueuesAndEngines>({
      access,
      async read(client) {
        const { queues, engines } = await client.health();
        return { queues, engines };
      },
      pace,
    });
    this.readings = [this.reading, connections.reading];
    this.#subscriptions = [
      this.reading.onDidRead(() => this.#redraw()),
      connections.onDidChange(() => this.#redraw()),
      model.onDidChange(() => this.reading.mayHaveChanged()),
      // Also while the view is not there, because a queue or a connection makes it appear.
      access.onDidHint((changed) => {
        if (changed.includes('queues')) void this.reading.refresh();
        if (changed.includes('connections')) void connections.reading.refresh();
      }),
      access.onDidChangeState(() => this.#look()),
    ];
    this.#look();
  }

  /** Whether there is more than the default queue at work. Undefined while not known. */
  get hasContent(): boolean | undefined {
    const queues = this.reading.value?.queues;
    if (queues === undefined) return undefined;
    return this.#connections.all.length > 0 || queues.some(({ name, paused }) => paused || name !== defaultQueue);
  }

  /** While visible, the rows are kept up to date. */
  setVisible(visible: boolean): void {
    this.reading.setVisible(visible);
    this.#connections.setVisible(visible);
  }

  async getChildren(node?: QueuesNode): Promise<QueuesNode[]> {
    const known = await this.reading.current();
    if (node === undefined) {
      // Engines with connections start expanded.
      await this.#connections.reading.current();
      this.#shape = this.#currentShape();
      const rows = (known?.queues ?? []).map(({ name }) => this.node({ kind: 'queue', name }));
      return known === undefined || known.engines.length === 0 ? rows : [...rows, this.node({ kind: 'engines' })];
    }
    return node.kind === 'queue' ? [] : engineChildren(node, this.#facts()).map((child) => this.node(child));
  }

  getParent(node: QueuesNode): QueuesNode | undefined {
    const parent = node.kind === 'queue' ? undefined : engineParent(node);
    return parent && this.node(parent);
  }

  getTreeItem(node: QueuesNode): vscode.TreeItem {
    const row = this.#row(node);
    const item = new vscode.TreeItem(row?.label ?? keyOf(node), this.#foldOf(node, row));
    item.id = keyOf(node);
    if (row === undefined) return item;
    this.#drawn.set(node, appearance(row));
    item.description = row.description;
    item.iconPath = new vscode.ThemeIcon(row.icon.icon, new vscode.ThemeColor(row.icon.color));
    item.contextValue = row.context;
    item.accessibilityInformation = { label: row.spoken };
    // Rows usually don't run commands on click. This one does, because the view has no welcome text to explain how to start.
    if (node.kind === 'noConnection') item.command = { command: commandIds.addConnection, title: row.label };
    return item;
  }

  /** Tooltips are created on hover. */
  resolveTreeItem(item: vscode.TreeItem, node: QueuesNode): vscode.TreeItem {
    const { tooltip } = this.#row(node) ?? {};
    if (tooltip !== undefined) item.tooltip = new vscode.MarkdownString(tooltip);
    return item;
  }

  /** A shown queue, by name. */
  queue(name: string): Queue | undefined {
    return this.reading.value?.queues.find((queue) => queue.name === name);
  }

  /** The node to reveal. It may not be shown. */
  node(node: QueuesNode): QueuesNode {
    const known = this.#nodes.get(keyOf(node));
    if (known !== undefined) return known;
    this.#nodes.set(keyOf(node), node);
    return node;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.reading.dispose();
    this.#changes.dispose();
  }

  /** Reads once for each daemon, to know whether there is anything to show. */
  #look(): void {
    if (!isLive(this.#access.state) || this.reading.value !== undefined) return;
    void this.reading.refresh();
    void this.#connections.reading.refresh();
  }

  #facts(): EngineFacts {
    const { all } = this.#connections;
    return {
      loads: this.reading.value?.engines ?? [],
      connections: all,
      running: (name) => this.#connections.running(name),
    };
  }

  #row(node: QueuesNode): EngineRow | undefined {
    if (node.kind !== 'queue') return engineRow(node, this.#facts(), Date.now(), this.#t);
    const queue = this.queue(node.name);
    return queue && { ...renderQueue(queue, this.#t), opens: false };
  }

  #foldOf({ kind }: QueuesNode, row: EngineRow | undefined): vscode.TreeItemCollapsibleState {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    if (!row?.opens) return None;
    return kind === 'engines' && this.#connections.all.length > 0 ? Expanded : Collapsed;
  }

  #redraw(): void {
    const shape = this.#currentShape();
    if (shape === undefined || shape !== this.#shape) {
      this.#shape = shape;
      this.#nodes.clear();
      this.#drawn.clear();
      this.#changes.fire(undefined);
      return;
    }
    const different = [...this.#drawn].flatMap(([node, drawn]) => {
      const row = this.#row(node);
      if (row === undefined || appearance(row) === drawn) return [];
      // Report each change only once until the editor redraws the row.
      this.#drawn.set(node, appearance(row));
      return [node];
    });
    if (different.length > 0) this.#changes.fire(different);
  }

  /** The set of rows. Undefined while not known. */
  #currentShape(): string | undefined {
    const { value } = this.reading;
    if (value === undefined) return undefined;
    const facts = this.#facts();
    const below = (node: EngineNode): string[] => [
      keyOf(node),
      ...engineChildren(node, facts).flatMap((child) => below(child)),
    ];
    return JSON.stringify([value.queues.map(({ name }) => name), below({ kind: 'engines' })]);
  }
}

function keyOf(node: QueuesNode): string {
  if (!('name' in node)) return node.kind;
  return 'connection' in node ? `${node.kind}:${node.connection}:${node.name}` : `${node.kind}:${node.name}`;
}

function appearance(row: EngineRow): string {
  return [row.label, row.description, row.icon.icon, row.icon.color, row.context, row.tooltip].join('\n');
}
