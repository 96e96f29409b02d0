/** Dependencies of a detail panel. */
import type * as vscode from 'vscode';
import type { Job, JobDetail } from '../../shared/job.ts';
import type { Event } from '../base/event.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import type { RemoteDetails } from '../engines/remoteDetails.ts';
import type { Drawing } from './tab.ts';

export interface DetailDeps {
  readonly extensionUri: vscode.Uri;
  readonly model: JobsModel;
  readonly daemon: DaemonAccess;
  readonly looks: PanelLooks;
  readonly remote: RemoteDetails;
}

/** Icon and links from the definition of a job. */
export interface PanelLooks {
  readonly onDidChange: Event<void>;
  /** Drawing of the icon of its type, or null for the status icon. */
  drawingOf(job: Job): Drawing | null;
  linksOf(job: JobDetail): { label: string; url: string }[];
}
