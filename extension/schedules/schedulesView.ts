/** The Schedules view. */
import type { Schedule } from '../../shared/schedule.ts';
import { viewIds } from '../base/ids.ts';
import { ReadingView } from '../daemon/readingView.ts';
import { type SchedulesDeps, type SchedulesNode, SchedulesTree } from './schedulesTree.ts';

export interface SchedulesViewDeps extends SchedulesDeps {
  /** Definitions to review. */
  readonly pending: { notice(): string | undefined; onDidChange(listener: () => void): { dispose(): unknown } };
}

export class SchedulesView extends ReadingView<SchedulesNode, SchedulesTree> {
  readonly #subscription: { dispose(): unknown };

  constructor(deps: SchedulesViewDeps) {
    super(viewIds.schedules, new SchedulesTree(deps), deps.t);
    const { pending } = deps;
    const update = () => {
      this.notice = pending.notice();
    };
    this.#subscription = pending.onDidChange(update);
    update();
  }

  override dispose(): void {
    this.#subscription.dispose();
    super.dispose();
  }

  /** The selected schedule. Undefined if a run is selected. */
  selection(): Schedule | undefined {
    const node = this.selected;
    return node?.kind === 'schedule' ? this.tree.schedule(node.id) : undefined;
  }
}
