/** The tree of engines: hierarchy and rows. */

import type { Connection } from '../../shared/connection.ts';
import type { Translate } from '../base/text.ts';
import type { Row } from '../row/row.ts';
import {
  type EngineLoad,
  renderConnection,
  renderEngine,
  renderEngines,
  renderNoConnection,
  renderRemoteQueue,
  renderWorker,
} from './row.ts';
import { connectionTooltip, workerTooltip } from './tooltip.ts';

export type EngineNode =
  | { readonly kind: 'engines' }
  | { readonly kind: 'engine'; readonly name: string }
  | { readonly kind: 'connection'; readonly name: string }
  | { readonly kind: 'noConnection' }
  | { readonly kind: 'worker'; readonly connection: string; readonly name: string }
  | { readonly kind: 'remoteQueue'; readonly connection: string; readonly name: string };

/** Data of the rows. */
export interface EngineFacts {
  readonly loads: readonly EngineLoad[];
  readonly connections: readonly Connection[];
  /** Number of running jobs of a connection. */
  running(name: string): number;
}

/** A row that may have children and a Markdown tooltip. */
export interface EngineRow extends Row {
  readonly opens: boolean;
  readonly tooltip?: string;
}

/** The children of a row. Empty if it no longer exists. */
export function engineChildren(node: EngineNode, { loads, connections }: EngineFacts): EngineNode[] {
  if (node.kind === 'engines') {
    const here = loads.map(({ name }): EngineNode => ({ kind: 'engine', name }));
    const remote = connections.map(({ name }): EngineNode => ({ kind: 'connection', name }));
    return [...here, ...(remote.length === 0 ? [{ kind: 'noConnection' } as const] : remote)];
  }
  if (node.kind !== 'connection') return [];
  const { workers = [], queues = [] } = connections.find(({ name }) => name === node.name) ?? {};
  const connection = node.name;
  return [
    ...workers.map(({ name }): EngineNode => ({ kind: 'worker', connection, name })),
    ...queues.map(({ name }): EngineNode => ({ kind: 'remoteQueue', connection, name })),
  ];
}

/** The parent of a row. Undefined for the root. */
export function engineParent(node: EngineNode): EngineNode | undefined {
  if (node.kind === 'engines') return undefined;
  return 'connection' in node ? { kind: 'connection', name: node.connection } : { kind: 'engines' };
}

/** The row of a node. Undefined if it no longer exists. */
export function engineRow(node: EngineNode, facts: EngineFacts, now: number, t: Translate): EngineRow | undefined {
  const { loads, connections } = facts;
  const leaf = (row: Row, tooltip?: string): EngineRow => ({ ...row, opens: false, tooltip });
  switch (node.kind) {
    case 'engines': {
      const remote = connections.map(({ name }) => ({ name, running: facts.running(name) }));
      return { ...renderEngines([...loads, ...remote], t), opens: true };
    }
    case 'engine': {
      const load = loads.find(({ name }) => name === node.name);
      return load && leaf(renderEngine(load, t));
    }
    case 'noConnection':
      return leaf(renderNoConnection(t));
    case 'connection': {
      const connection = connections.find(({ name }) => name === node.name);
      if (connection === undefined) return undefined;
      const row = renderConnection(connection, facts.running(node.name), now, t);
      const opens = connection.workers.length + connection.queues.length > 0;
      return { ...row, opens, tooltip: connectionTooltip(connection, now, t) };
    }
    case 'worker': {
      const worker = connections
        .find(({ name }) => name === node.connection)
        ?.workers.find(({ name }) => name === node.name);
      return worker && leaf(renderWorker(worker, now, t), workerTooltip(worker, t));
    }
    case 'remoteQueue': {
      const queue = connections
        .find(({ name }) => name === node.connection)
        ?.queues.find(({ name }) => name === node.name);
      return queue && leaf(renderRemoteQueue(queue, t));
    }
  }
}
