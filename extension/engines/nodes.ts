/** The rows of engines: which there are below which, and what each says. */

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

/** What the rows are made of. */
export interface EngineFacts {
  readonly loads: readonly EngineLoad[];
  readonly connections: readonly Connection[];
  /** How many jobs of a connection run. */
  running(name: string): number;
}

/** A row that may have rows below it, and a tooltip in Markdown. */
export interface EngineRow extends Row {
  readonly opens: boolean;
  readonly tooltip?: string;
}

/** The rows directly below a row; none below what is gone. */
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

/** The row that a row stands below; undefined for that of all engines. */
export function engineParent(node: EngineNode): EngineNode | undefined {
  if (node.kind === 'engines') return undefined;
  return 'connection' in node ? { kind: 'connection', name: node.connection } : { kind: 'engines' };
}

/** The row of a node; undefined when what it is of is gone. */
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
