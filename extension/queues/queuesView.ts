/** The view “Queues & Engines”. */
import type { Queue } from '../../shared/job.ts';
import { ContextKey } from '../base/contextKey.ts';
import { hasQueuesKey, viewIds } from '../base/ids.ts';
import { ReadingView } from '../daemon/readingView.ts';
import { type QueuesDeps, type QueuesNode, QueuesTree } from './queuesTree.ts';

export class QueuesView extends ReadingView<QueuesNode, QueuesTree> {
  constructor(deps: QueuesDeps) {
    super(viewIds.queues, new QueuesTree(deps), deps.t);
    const hasQueues = new ContextKey(hasQueuesKey);
    for (const { onDidRead } of this.tree.readings) {
      this.keep(
        onDidRead(() => {
          const has = this.tree.hasContent;
          if (has !== undefined) hasQueues.set(has);
        }),
      );
    }
  }

  /** The selected queue. */
  selection(): Queue | undefined {
    const node = this.selected;
    return node?.kind === 'queue' ? this.tree.queue(node.name) : undefined;
  }

  /** Name of the connection that is selected, or whose worker or queue is selected. */
  selectedConnection(): string | undefined {
    const node = this.selected;
    if (node?.kind === 'connection') return node.name;
    return node?.kind === 'worker' || node?.kind === 'remoteQueue' ? node.connection : undefined;
  }

  /** Opens the view and selects a connection. */
  async revealConnection(name: string): Promise<void> {
    await this.refresh();
    await this.show(() => this.tree.node({ kind: 'connection', name }));
  }
}
