/** Makes the parts around engines beyond this machine. */
import * as vscode from 'vscode';
import type { DaemonAccess, FeedHints } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { RemoteDetails } from './remoteDetails.ts';
import { TaskSources } from './source/taskSources.ts';
import { Standings } from './standings.ts';

export interface EngineParts {
  readonly standings: Standings;
  readonly sources: TaskSources;
  readonly remote: RemoteDetails;
}

export interface CreateOptions {
  readonly context: vscode.ExtensionContext;
  readonly connection: DaemonAccess & FeedHints;
  readonly model: JobsModel;
  log(line: string): void;
}

/** All of them; they end with the extension. */
export function createEngines({ context, connection, model, log }: CreateOptions): EngineParts {
  const standings = new Standings({ access: connection, model });
  const sources = new TaskSources();
  const remote = new RemoteDetails({
    standings,
    sourceOf: async (sought) => {
      const found = await sources.find(sought);
      return found && `${vscode.workspace.asRelativePath(found.uri)}:${found.line + 1}`;
    },
    log,
  });
  context.subscriptions.push(standings, sources, remote);
  return { standings, sources, remote };
}
