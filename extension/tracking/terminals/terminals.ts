/** Tracks terminal commands of this window, according to the settings. */
import * as vscode from 'vscode';
import { settingIds } from '../../base/ids.ts';
import type { Translate } from '../../base/text.ts';
import type { Tracking } from '../tracking.ts';
import { foregroundOf } from './foreground.ts';
import { TerminalTracker } from './terminalTracker.ts';

export interface TerminalsDeps {
  readonly tracking: Tracking;
  readonly t: Translate;
  /** Whether a process belongs to a task. */
  isTask(pid: number): boolean;
}

export function trackTerminals({ tracking, t, isTask }: TerminalsDeps): vscode.Disposable {
  return new TerminalTracker<vscode.Terminal>(
    { tracking, t, isTask, trackAfter, folderOf, foregroundOf: (pid) => foregroundOf(pid) },
    {
      onDidStart: vscode.window.onDidStartTerminalShellExecution,
      onDidFinish: vscode.window.onDidEndTerminalShellExecution,
      onDidClose: vscode.window.onDidCloseTerminal,
    },
  );
}

/** Milliseconds, or null if tracking is off. */
function trackAfter(): number | null {
  const seconds = vscode.workspace.getConfiguration().get<number>(settingIds.trackTerminals, 0);
  return seconds > 0 && vscode.workspace.isTrusted ? seconds * 1000 : null;
}

/** The workspace folder that contains `cwd`, otherwise the first. */
function folderOf(cwd: string | undefined): string | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const own = cwd === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(cwd));
  return [own, ...folders].find((folder) => folder?.uri.scheme === 'file')?.uri.fsPath;
}
