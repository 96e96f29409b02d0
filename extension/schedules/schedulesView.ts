/** The Schedules view. */
import type { Schedule } from '../../shared/schedule.ts';
import { ContextKey } from '../base/contextKey.ts';
import { commandIds, contextKeys, rowCommandIds, viewIds } from '../base/ids.ts';
import { ReadingView } from '../daemon/readingView.ts';
import { type SchedulesDeps, type SchedulesNode, SchedulesTree, shownJob } from './schedulesTree.ts';

export interface SchedulesViewDeps extends SchedulesDeps {
  /** Definitions to review. */
  readonly pending: { notice(): string | undefined; onDidChange(listener: () => void): { dispose(): unknown } };
}

export class SchedulesView extends ReadingView<SchedulesNode, SchedulesTree> {
  constructor(deps: SchedulesViewDeps) {
    super(viewIds.schedules, new SchedulesTree(deps), deps.t);
    const { pending } = deps;
    const update = () => {
      this.notice = pending.notice();
    };
    this.keep(pending.onDidChange(update));
    this.keep(this.tree.reading.onDidRead(update));
    update();
    const noSchedules = new ContextKey(contextKeys.noSchedules);
    this.keep(this.tree.reading.onDidRead(({ now }) => noSchedules.set(now?.length === 0)));
    this.openRowsWith(rowCommandIds.schedules, (node) => {
      const jobId = node.kind === 'run' ? shownJob(node) : null;
      return jobId === null ? undefined : { command: commandIds.showDetails, arguments: [jobId] };
    });
  }

  /** The selected schedule. Undefined if a run is selected. */
  selection(): Schedule | undefined {
    const node = this.selected;
    return node?.kind === 'schedule' ? this.tree.schedule(node.id) : undefined;
  }
}
