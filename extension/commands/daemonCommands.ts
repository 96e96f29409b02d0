/** Commands that control the daemon. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { homeFiles } from '../../shared/client/home.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { DaemonConnection } from '../daemon/connection.ts';

type DaemonCommandName = 'showDaemonLog' | 'startDaemon' | 'restartDaemon' | 'stopDaemon';

export interface DaemonCommandDeps {
  readonly connection: Pick<DaemonConnection, 'client' | 'restart' | 'stop'>;
  /** The daemon's home. */
  readonly home: string;
  /** Shows the extension's own log. */
  showOwnLog(): void;
}

export function daemonCommands({
  connection,
  home,
  showOwnLog,
}: DaemonCommandDeps): Pick<CommandTable, DaemonCommandName> {
  return {
    showDaemonLog: { offline: 'works', run: () => showLog(home, showOwnLog) },
    startDaemon: {
      offline: 'start',
      async run() {
        await connection.client();
      },
    },
    restartDaemon: { offline: 'start', run: () => connection.restart() },
    stopDaemon: { offline: 'works', run: () => connection.stop() },
  };
}

/** Opens the daemon's log. If there is none, the daemon never started, and the extension's log shows why. */
async function showLog(home: string, showOwnLog: () => void): Promise<void> {
  const path = join(home, homeFiles.log);
  try {
    await access(path);
  } catch {
    showOwnLog();
    return;
  }
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), { preview: false });
}
