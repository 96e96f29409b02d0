/** The view “Queues” around its rows. */
import type { Queue } from '../../shared/job.ts';
import { ReadingView } from '../daemon/readingView.ts';
import { viewIds } from '../ids.ts';
import { type QueuesDeps, type QueuesNode, QueuesTree } from './queuesTree.ts';

export class QueuesView extends ReadingView<QueuesNode, QueuesTree> {
  constructor(deps: QueuesDeps) {
    super(viewIds.queues, new QueuesTree(deps));
  }

  /** The selected queue. */
  selection(): Queue | undefined {
    const node = this.selected;
    return node?.kind === 'queue' ? this.tree.queue(node.name) : undefined;
  }
}
