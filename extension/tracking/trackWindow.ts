/** Tracks what runs in this window outside Jobdeck: tasks and terminals. */
import * as vscode from 'vscode';
import type { Translate } from '../base/text.ts';
import { TaskTracker } from './tasks/taskTracker.ts';
import { trackTerminals } from './terminals/terminals.ts';
import type { Tracking } from './tracking.ts';

/** Tracks tasks and terminals, as far as the settings say so. */
export function trackWindow(tracking: Tracking, t: Translate): vscode.Disposable {
  const tasks = new TaskTracker(tracking, t);
  return vscode.Disposable.from(tasks, trackTerminals({ tracking, t, isTask: (pid) => tasks.isTask(pid) }));
}
