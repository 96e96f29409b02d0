/** A job as a quick pick item. */
import type * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { shownStatus } from '../../shared/status.ts';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { statusIcon } from '../row/icons.ts';
import { renderRow } from '../row/row.ts';

export interface JobItem extends vscode.QuickPickItem {
  readonly job: Job;
}

export function jobItem(job: Job, t: Translate): JobItem {
  const row = renderRow(job, Date.now(), t);
  return {
    label: `$(${statusIcon(shownStatus(job)).icon}) ${escapeIcons(row.label)}`,
    description: escapeIcons(row.description),
    detail:
      job.commandLine === null || job.commandLine === job.title ? undefined : escapeIcons(oneLine(job.commandLine)),
    job,
  };
}
