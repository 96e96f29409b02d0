/** A job as a line of a list to choose from. */
import type * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { shownStatus } from '../../shared/status.ts';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { statusIcons } from '../row/icons.ts';
import { renderRow } from '../row/row.ts';

export interface JobItem extends vscode.QuickPickItem {
  readonly job: Job;
}

export function jobItem(job: Job, t: Translate): JobItem {
  const row = renderRow(job, Date.now(), t);
  return {
    label: `$(${statusIcons[shownStatus(job)].icon}) ${escapeIcons(row.label)}`,
    description: escapeIcons(row.description),
    detail:
      job.commandLine === null || job.commandLine === job.title ? undefined : escapeIcons(oneLine(job.commandLine)),
    job,
  };
}
