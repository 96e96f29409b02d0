/** Starts a job from this window. */

import * as vscode from 'vscode';
import { ownProcess } from '../../shared/client/callerProcess.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { currentUser, environment } from '../base/submitter.ts';
import type { RequestDeps, StartDeps } from './deps.ts';
import { send } from './send.ts';

/** Starts a job and shows it. Folder, user and environment default to those of this window. */
export async function start(deps: RequestDeps & StartDeps, request: SubmitRequest): Promise<void> {
  const workspace = currentFolder()?.uri.fsPath;
  const whole = { workspace, createdBy: currentUser(), env: environment(), process: ownProcess(), ...request };
  const job = await send(deps, (client) => client.submit(whole));
  deps.showStarted(job);
}

/** The workspace folder of the active editor, otherwise the first one. Only local folders count. */
export function currentFolder(): vscode.WorkspaceFolder | undefined {
  const looked = vscode.window.activeTextEditor?.document.uri;
  const folder = looked === undefined ? undefined : vscode.workspace.getWorkspaceFolder(looked);
  return [folder, ...(vscode.workspace.workspaceFolders ?? [])].find((candidate) => candidate?.uri.scheme === 'file');
}
