/** Keeps the filter of the view for its workspace. */
import type * as vscode from 'vscode';
import type { FilterStore } from './jobsView.ts';

const filterKey = 'filter';

/** The filter as the window before left it. */
export function filterStore({ workspaceState }: vscode.ExtensionContext): FilterStore {
  return {
    read: () => workspaceState.get(filterKey),
    write: (filter) => void workspaceState.update(filterKey, filter),
  };
}
