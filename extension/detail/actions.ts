/** Runs the commands behind the buttons of the detail page. */
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Headline, JobDetail } from '../../shared/job.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import type { ActionMessage } from '../../shared/panel.ts';
import { commandIds } from '../base/ids.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import { locate } from '../logs/analysis/places.ts';
import { isFile, openPlace } from '../logs/document/sources.ts';

/** Runs the action of a button. `job` is null while it is not known. Rejects with a JobdeckError. */
export async function runAction(
  message: ActionMessage,
  job: JobDetail | null,
  daemon: Pick<DaemonAccess, 'client'>,
): Promise<void> {
  if (message.action === 'connect') await run(commandIds.startDaemon);
  else if (message.action === 'stopNow' && job !== null) await stopNow(job, daemon);
  else if (job !== null) await runForJob(message, job);
}

/** Ends the time that a job which is being cancelled has to stop. It still counts as cancelled. */
async function stopNow({ id }: JobDetail, daemon: Pick<DaemonAccess, 'client'>): Promise<void> {
  await (await daemon.client()).cancel(id, { signal: 'SIGKILL', kill: true });
}

async function runForJob({ action, jobId, attempt, stepId }: ActionMessage, job: JobDetail): Promise<void> {
  switch (action) {
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'hold':
    case 'release':
    case 'startNow':
    case 'raisePriority':
    case 'setPriority':
    case 'retryEdited':
    case 'forceFail':
    case 'sendInput':
    case 'remove':
    case 'copyId':
    case 'copyCommand':
    case 'copyExternalId':
    case 'openTaskSource':
      return run(commandIds[action], job.id);
    case 'retry':
      return run(job.status === 'completed' ? commandIds.runAgain : commandIds.retry, job.id);
    case 'openLog':
    case 'openWholeLog':
      return run(commandIds[action], { jobId: job.id, attempt });
    case 'showJob':
      return run(commandIds.showDetails, jobId ?? job.id);
    case 'rerunFromStep':
      return run(commandIds.rerunFromStep, { jobId: job.id, stepId });
    case 'resumeQueue':
    case 'resizeQueue':
      return run(commandIds[action], { kind: 'queue', name: job.queue });
    case 'openPlace':
      return openHeadline(job, attempt);
    case 'openFolder':
      return job.cwd === null ? undefined : openFolder(job.cwd);
  }
}

/** Opens the place in a source file that the failure of an attempt names. */
async function openHeadline({ attempts, error, cwd }: JobDetail, attempt: number | null): Promise<void> {
  const failed = attempts.find(({ number }) => number === attempt)?.error ?? error;
  const place: Headline['place'] = failed?.headline?.place ?? null;
  if (place === null) return;
  const [found] = await locate([{ ...place, inPackage: null, start: 0, end: 0 }], cwd, isFile);
  if (found === undefined) throw editorProblem('LOG_NOT_FOUND/noLocations');
  await openPlace(found);
}

async function run(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}

/** Reveals a folder in the Explorer if it is in this workspace, otherwise opens it in a new window. */
async function openFolder(path: string): Promise<void> {
  const exists = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!exists) throw editorProblem('CWD_MISSING/folder', { folder: path });
  const uri = vscode.Uri.file(path);
  const here = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await (here ? run('revealInExplorer', uri) : run('vscode.openFolder', uri, { forceNewWindow: true }));
}
