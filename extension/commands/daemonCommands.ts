/** Commands that control the daemon. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { homeFiles } from '../../shared/client/home.ts';
import type { Translate } from '../base/text.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { confirm } from '../commandKit/confirm.ts';
import { isAway } from '../daemon/access.ts';
import type { DaemonConnection } from '../daemon/connection.ts';

type DaemonCommandName = 'showDaemonLog' | 'startDaemon' | 'restartDaemon' | 'stopDaemon';

export interface DaemonCommandDeps {
  readonly connection: Pick<DaemonConnection, 'client' | 'restart' | 'state' | 'stop'>;
  readonly t: Translate;
  /** The daemon's home. */
  readonly home: string;
  /** Shows the extension's own log. */
  showOwnLog(): void;
}

export function daemonCommands({
  connection,
  home,
  showOwnLog,
  t,
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
    stopDaemon: {
      offline: 'works',
      async run() {
        if (isAway(connection.state) || (await confirmStop(connection, t))) await connection.stop();
      },
    },
  };
}

/** The schedules and jobs that don't start without a daemon, as text. Null if there are none, or it doesn't respond. */
async function idleWhileStopped(connection: Pick<DaemonConnection, 'client'>, t: Translate): Promise<string | null> {
  try {
    const daemon = await connection.client();
    const [all, { total }] = await Promise.all([
      daemon.schedules(),
      daemon.list({ status: 'pending,waiting', limit: 1 }),
    ]);
    const schedules = all.filter(({ paused }) => !paused).length;
    const parts = [
      ...(schedules === 0 ? [] : [schedules === 1 ? t('1 schedule') : t('{0} schedules', schedules)]),
      ...(total === 0 ? [] : [total === 1 ? t('1 waiting job') : t('{0} waiting jobs', total)]),
    ];
    return parts.length === 2 ? t('{0} and {1}', parts[0] ?? '', parts[1] ?? '') : (parts[0] ?? null);
  } catch {
    // It may be stopped because it doesn't respond.
    return null;
  }
}

/** Asks if schedules or waiting jobs would not start while the daemon is stopped. */
async function confirmStop(connection: Pick<DaemonConnection, 'client'>, t: Translate): Promise<boolean> {
  const stopped = await idleWhileStopped(connection, t);
  if (stopped === null) return true;
  const detail = t('Until the daemon starts again, {0} will not start. Running jobs continue.', stopped);
  return confirm(t('Stop the Jobdeck daemon?'), detail, t('Stop Daemon'));
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
