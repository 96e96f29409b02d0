/** Creates the window's connection to its daemon. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { WebSocket } from 'ws';
import { ensureDaemon } from '../../shared/client/find.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { FeedConnection } from '../../shared/client/stream.ts';
import { version } from '../../shared/version.ts';
import { DaemonConnection } from './connection.ts';
import type { JobsModel } from './jobsModel.ts';

/** The connection sends no request before `start`. `home` is the daemon's home. */
export function createConnection(
  context: vscode.ExtensionContext,
  home: string,
  model: JobsModel,
  log: vscode.LogOutputChannel,
): DaemonConnection {
  const daemonFile = join(context.extensionPath, 'dist', 'daemon.js');
  return new DaemonConnection({
    model,
    ensure: (mayStart, onStarting) => ensureDaemon({ home, daemonFile, version, mayStart, onStarting }),
    transport: {
      client: (info) => new DaemonClient(info),
      feed: (info, from, handlers) => new FeedConnection(webSocket(context.extensionPath), info, from, handlers),
    },
    log: (line) => log.info(line),
  });
}

/** Loads the library when the window first connects, which is after its activation. */
function webSocket(extensionPath: string): typeof WebSocket {
  const file = join(extensionPath, 'dist', 'ws.cjs');
  return createRequire(file)(file) as typeof WebSocket;
}
