/** The Schedules view. */
import * as vscode from 'vscode';
import type { Schedule } from '../../shared/schedule.ts';
import { ContextKey } from '../base/contextKey.ts';
import { commandIds, contextKeys, rowCommandIds, viewIds } from '../base/ids.ts';
import { isLive } from '../daemon/access.ts';
import { ReadingView } from '../daemon/readingView.ts';
import { fileNotice } from '../definitions/fileNotice.ts';
import { registerInactiveColor } from './inactiveColor.ts';
import { type SchedulesDeps, type SchedulesNode, SchedulesTree, shownJob } from './schedulesTree.ts';

export interface SchedulesViewDeps extends SchedulesDeps {
  /** Definitions to review. */
  readonly pending: { notice(): string | undefined; onDidChange(listener: () => void): { dispose(): unknown } };
}

export class SchedulesView extends ReadingView<SchedulesNode, SchedulesTree> {
  constructor(deps: SchedulesViewDeps) {
    super(viewIds.schedules, new SchedulesTree(deps), deps.t);
    const { pending, access, t } = deps;
    const nameOf = (path: string) => vscode.workspace.asRelativePath(path);
    const update = () => {
      const { state } = access;
      this.notice = pending.notice() ?? (isLive(state) ? fileNotice(state.warnings, nameOf, t) : undefined);
    };
    this.keep(pending.onDidChange(update));
    this.keep(access.onDidChangeState(update));
    this.keep(this.tree.reading.onDidRead(update));
    update();
    const noSchedules = new ContextKey(contextKeys.noSchedules);
    const { inactive } = deps;
    const setEmpty = () => noSchedules.set(this.tree.reading.value?.length === 0 && inactive.list.length === 0);
    this.keep(this.tree.reading.onDidRead(setEmpty));
    this.keep(inactive.onDidChange(setEmpty));
    this.keep(registerInactiveColor());
    this.openRowsWith(rowCommandIds.schedules, (node) => {
      if (node.kind === 'inactive') return { command: 'vscode.open', arguments: [vscode.Uri.file(node.file)] };
      const jobId = node.kind === 'run' ? shownJob(node) : (this.tree.lastJob(node.id)?.id ?? null);
      return jobId === null ? undefined : { command: commandIds.showDetails, arguments: [jobId] };
    });
  }

  /** Selects the schedule with this name, if it exists. */
  async reveal(name: string): Promise<void> {
    const schedule = (await this.tree.reading.current())?.find((one) => one.name === name);
    if (schedule !== undefined) await this.show(() => this.tree.nodeOf(schedule.id));
  }

  /** The selected schedule. Undefined if a run is selected. */
  selection(): Schedule | undefined {
    const node = this.selected;
    return node?.kind === 'schedule' ? this.tree.schedule(node.id) : undefined;
  }
}
