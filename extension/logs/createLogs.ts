/** Creates the parts that show logs. */
import * as vscode from 'vscode';
import { commandIds } from '../base/ids.ts';
import type { Translate } from '../base/text.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { LogColors } from './document/logColors.ts';
import { LogDocuments } from './document/logDocuments.ts';
import { LogJobs } from './document/logJobs.ts';
import { LogLinks } from './document/logLinks.ts';
import { LogProblems } from './document/logProblems.ts';
import { LogStructure } from './document/logStructure.ts';
import { FullLogLinks } from './live/fullLogLinks.ts';
import { LogTerminals } from './live/logTerminals.ts';
import { LogViews } from './logViews.ts';

export interface LogParts {
  readonly logs: LogViews;
  readonly problems: LogProblems;
  readonly links: FullLogLinks;
}

export interface CreateLogsOptions {
  readonly context: vscode.ExtensionContext;
  /** The daemon's home. */
  readonly home: string;
  readonly connection: DaemonAccess;
  readonly model: JobsModel;
  readonly t: Translate;
}

export function createLogs({ context, home, connection, model, t }: CreateLogsOptions): LogParts {
  const links = new FullLogLinks(t);
  const terminals = new LogTerminals({ access: connection, model, t }, links);
  const documents = new LogDocuments(connection, t);
  const jobs = new LogJobs(connection, model);
  const problems = new LogProblems(connection, jobs, t);
  context.subscriptions.push(
    links,
    terminals,
    documents,
    problems,
    new LogColors(documents),
    new LogLinks(documents, jobs, t),
    new LogStructure(t),
    vscode.window.registerUriHandler({ handleUri: openLink }),
  );
  return { logs: new LogViews(terminals, documents, home), problems, links };
}

/** Opens a link to a line of a log. */
async function openLink(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand(commandIds.openLineLink, uri);
}
