/** Shows a job that the user has just started from this window. */
import * as vscode from 'vscode';
import type { JobDetail } from '../../shared/job.ts';
import { settingIds } from '../base/ids.ts';
import { whatRunOpens } from './runOpens.ts';

/** What shows jobs. */
export interface StartedViews {
  readonly details: { show(jobId: string, options: { title: string; preserveFocus: boolean }): void };
  readonly logs: { openStarting(job: JobDetail): void };
}

/** Opens what the settings say, without taking the focus. Jobs without a local log have their page only. */
export function showStarted(job: JobDetail, { details, logs }: StartedViews): void {
  const opens = whatRunOpens(setByUser(settingIds.runOpens), setByUser(settingIds.openLogOnStart));
  if (opens === 'nothing') return;
  if (opens === 'log' && job.children === null && job.connection === null) logs.openStarting(job);
  else details.show(job.id, { title: job.title, preserveFocus: true });
}

/** The value of a setting at its narrowest scope; undefined where only the default applies. */
function setByUser(setting: string): unknown {
  const set = vscode.workspace.getConfiguration().inspect(setting);
  return set?.workspaceFolderValue ?? set?.workspaceValue ?? set?.globalValue;
}
