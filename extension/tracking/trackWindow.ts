/** Tracks tasks and terminal commands of this window that run outside Jobdeck. */
import * as vscode from 'vscode';
import type { Translate } from '../base/text.ts';
import { TaskTracker } from './tasks/taskTracker.ts';
import { trackTerminals } from './terminals/terminals.ts';
import type { Tracking } from './tracking.ts';

/** Starts tracking tasks and terminals, according to the settings. */
export function trackWindow(tracking: Tracking, t: Translate): vscode.Disposable {
  const tasks = new TaskTracker(tracking, t);
  return vscode.Disposable.from(tasks, trackTerminals({ tracking, t, isTask: (pid) => tasks.isTask(pid) }));
}
