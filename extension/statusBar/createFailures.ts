/** The failures nobody has looked at, remembered for all windows. */
import type * as vscode from 'vscode';
import type { JobsModel } from '../jobsModel.ts';
import type { JobsView } from '../tree/jobsView.ts';
import { Failures } from './failures.ts';

/** Where the time of the last look is kept. */
const seenKey = 'failuresSeenUntil';

/** A look at the view is one at them. */
export function createFailures(context: vscode.ExtensionContext, model: JobsModel, view: JobsView): Failures {
  const store = {
    read: () => context.globalState.get<string>(seenKey),
    write: (at: string) => void context.globalState.update(seenKey, at),
  };
  const failures = new Failures(model, store, () => view.looking, new Date().toISOString());
  context.subscriptions.push(view.onDidLook(() => failures.markSeen()));
  return failures;
}
