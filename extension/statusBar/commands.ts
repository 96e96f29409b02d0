/** The command of the status bar item. */
import type * as vscode from 'vscode';
import type { Translate } from '../base/text.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { DetailDeps } from '../commandKit/deps.ts';
import { type JobItem, jobItem } from '../commandKit/jobItem.ts';
import { heading, pickOne } from '../commandKit/quickInput.ts';
import { type DaemonAccess, isAway } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { jobsIn } from '../tree/groups.ts';
import type { JobsView } from '../tree/jobsView.ts';
import type { Failures } from './failures.ts';

export interface StatusBarCommandDeps extends DetailDeps {
  readonly model: Pick<JobsModel, 'all'>;
  readonly connection: Pick<DaemonAccess, 'state'>;
  readonly view: Pick<JobsView, 'reveal'>;
  readonly failures: Failures;
  readonly t: Translate;
}

export function statusBarCommands(deps: StatusBarCommandDeps): Pick<CommandTable, 'showJobs'> {
  return { showJobs: { offline: 'works', run: () => showJobs(deps) } };
}

/** Opens the Jobs view and lists running jobs and recent failures, if any. */
async function showJobs(deps: StatusBarCommandDeps): Promise<void> {
  const { model, view, failures, t } = deps;
  const failed = failures.unseen();
  const running = jobsIn('running', model.all());
  const paused = jobsIn('paused', model.all());
  await view.reveal();
  failures.markSeen();
  if (running.length + paused.length + failed.length === 0 || isAway(deps.connection.state)) return;
  const items: (vscode.QuickPickItem | JobItem)[] = [
    ...(running.length > 0 ? [heading(t('Running')), ...running.map((job) => jobItem(job, t))] : []),
    ...(paused.length > 0 ? [heading(t('Paused')), ...paused.map((job) => jobItem(job, t))] : []),
    ...(failed.length > 0 ? [heading(t('Failed since you last looked')), ...failed.map((job) => jobItem(job, t))] : []),
  ];
  const picked = await pickOne(items, {
    placeHolder: t('Select a job to show its details'),
    matchOnDetail: true,
  });
  if (picked === undefined || !('job' in picked)) return;
  deps.showDetails(picked.job.id);
}
