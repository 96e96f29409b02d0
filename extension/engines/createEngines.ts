/** Creates the parts that handle remote engines. */
import * as vscode from 'vscode';
import type { DaemonAccess, FeedHints } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { Connections } from './connections.ts';
import { RemoteDetails } from './remoteDetails.ts';
import { TaskSources } from './source/taskSources.ts';

export interface EngineParts {
  readonly connections: Connections;
  readonly sources: TaskSources;
  readonly remote: RemoteDetails;
}

export interface CreateOptions {
  readonly context: vscode.ExtensionContext;
  readonly connection: DaemonAccess & FeedHints;
  readonly model: JobsModel;
  log(line: string): void;
}

/** The parts are disposed with the extension. */
export function createEngines({ context, connection, model, log }: CreateOptions): EngineParts {
  const connections = new Connections({ access: connection, model });
  const sources = new TaskSources();
  const remote = new RemoteDetails({
    connections,
    sourceOf: async (query) => {
      const found = await sources.find(query);
      return found && `${vscode.workspace.asRelativePath(found.uri)}:${found.line + 1}`;
    },
    log,
  });
  context.subscriptions.push(connections, sources, remote);
  return { connections, sources, remote };
}
