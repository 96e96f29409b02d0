/** The rows of the view “Queues & Engines”: every queue, and below them the engines that run jobs, here and elsewhere. */

import * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import type { Disposable } from '../base/event.ts';
import { commandIds } from '../base/ids.ts';
import type { Translate } from '../base/text.ts';
import type { DaemonAccess, FeedHints } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';
import {
  type EngineFacts,
  type EngineNode,
  type EngineRow,
  engineChildren,
  engineParent,
  engineRow,
} from '../engines/nodes.ts';
import type { EngineLoad } from '../engines/row.ts';
import type { Standings } from '../engines/standings.ts';
import { renderQueue } from './row.ts';

/** Milliseconds between two readings while jobs change. */
const pace = 1_000;

/** One object per row as long as it is shown: the editor tells rows apart by identity. */
export type QueuesNode = { readonly kind: 'queue'; readonly name: string } | EngineNode;

export interface QueuesAndEngines {
  readonly queues: readonly Queue[];
  readonly engines: readonly EngineLoad[];
}

export interface QueuesDeps {
  readonly model: JobsModel;
  readonly access: DaemonAccess & FeedHints;
  readonly standings: Standings;
  readonly t: Translate;
}

export class QueuesTree implements vscode.TreeDataProvider<QueuesNode>, vscode.Disposable {
  readonly reading: Reading<QueuesAndEngines>;
  readonly readings: readonly [Reading<QueuesAndEngines>, Standings['reading']];
  readonly #standings: Standings;
  readonly #t: Translate;
  readonly #changes = new vscode.EventEmitter<QueuesNode[] | undefined>();
  readonly #nodes = new Map<string, QueuesNode>();
  readonly #drawn = new Map<QueuesNode, string>();
  readonly #subscriptions: Disposable[];
  #shape: string | undefined;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor({ access, model, standings, t }: QueuesDeps) {
    this.#standings = standings;
    this.#t = t;
    this.reading = new Reading<QueuesAndEngines>({
      access,
      async read(client) {
        const { queues, engines } = await client.health();
        return { queues, engines };
      },
      pace,
    });
    this.readings = [this.reading, standings.reading];
    this.#subscriptions = [
      this.reading.onDidRead(() => this.#redraw()),
      standings.onDidChange(() => this.#redraw()),
      model.onDidChange(() => this.reading.mayHaveChanged()),
      access.onDidHint((changed) => changed.includes('queues') && this.reading.mayHaveChanged()),
    ];
  }

  /** While it is seen, the rows are kept true. */
  setVisible(visible: boolean): void {
    this.reading.setVisible(visible);
    this.#standings.setVisible(visible);
  }

  async getChildren(node?: QueuesNode): Promise<QueuesNode[]> {
    const known = await this.reading.current();
    if (node === undefined) {
      // What is below the engines decides whether they begin unfolded.
      await this.#standings.reading.current();
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
    // Rows are no buttons; but an empty list can't say by itself how it is filled, and the view is never empty.
    if (node.kind === 'noConnection') item.command = { command: commandIds.addConnection, title: row.label };
    return item;
  }

  /** Tooltips are made when somebody points at a row. */
  resolveTreeItem(item: vscode.TreeItem, node: QueuesNode): vscode.TreeItem {
    const { tooltip } = this.#row(node) ?? {};
    if (tooltip !== undefined) item.tooltip = new vscode.MarkdownString(tooltip);
    return item;
  }

  /** A queue of the rows, by its name. */
  queue(name: string): Queue | undefined {
    return this.reading.value?.queues.find((queue) => queue.name === name);
  }

  /** The row of something, to be revealed; it need not be shown. */
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

  #facts(): EngineFacts {
    const { all } = this.#standings;
    return {
      loads: this.reading.value?.engines ?? [],
      connections: all,
      running: (name) => this.#standings.running(name),
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
    return kind === 'engines' && this.#standings.all.length > 0 ? Expanded : Collapsed;
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
      // Asked for once, however often it is looked at until the editor comes to it.
      this.#drawn.set(node, appearance(row));
      return [node];
    });
    if (different.length > 0) this.#changes.fire(different);
  }

  /** Which rows there are; undefined while nothing is known. */
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
