/** Commands about the daemon itself. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { homeFiles } from '../../shared/client/home.ts';
import type { CommandTable } from './command.ts';
import type { CommandDeps } from './deps.ts';

type DaemonCommandName = 'showDaemonLog' | 'startDaemon' | 'restartDaemon' | 'stopDaemon';

export function daemonCommands({ connection, home, showOwnLog }: CommandDeps): Pick<CommandTable, DaemonCommandName> {
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

/** The daemon's log; where there is none, it never ran, and the extension's own log says why. */
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
