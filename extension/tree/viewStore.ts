/** Keeps filter and arrangement of the view for its workspace. */
import type * as vscode from 'vscode';
import type { Arrangement } from './arrangement.ts';
import type { JobFilter } from './filter/filter.ts';

/** Where filter and arrangement are kept from one reload of the window to the next. */
export interface ViewStore {
  readonly filter: unknown;
  readonly arrangement: unknown;
  keepFilter(filter: JobFilter): void;
  keepArrangement(arrangement: Arrangement): void;
}

const keys = { filter: 'filter', arrangement: 'arrangement' } as const;

/** Both as the window before left them. */
export function viewStore({ workspaceState }: vscode.ExtensionContext): ViewStore {
  return {
    filter: workspaceState.get(keys.filter),
    arrangement: workspaceState.get(keys.arrangement),
    keepFilter: (filter) => void workspaceState.update(keys.filter, filter),
    keepArrangement: (arrangement) => void workspaceState.update(keys.arrangement, arrangement),
  };
}
