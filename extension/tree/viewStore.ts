/** Stores the filter and arrangement of the jobs view per workspace. */
import type * as vscode from 'vscode';
import type { Arrangement } from './arrangement.ts';
import type { JobFilter } from './filter/filter.ts';

/** Persists filter and arrangement across window reloads. */
export interface ViewStore {
  readonly filter: unknown;
  readonly arrangement: unknown;
  keepFilter(filter: JobFilter): void;
  keepArrangement(arrangement: Arrangement): void;
}

const keys = { filter: 'filter', arrangement: 'arrangement' } as const;

/** A store in the state of the workspace. */
export function viewStore({ workspaceState }: vscode.ExtensionContext): ViewStore {
  return {
    filter: workspaceState.get(keys.filter),
    arrangement: workspaceState.get(keys.arrangement),
    keepFilter: (filter) => void workspaceState.update(keys.filter, filter),
    keepArrangement: (arrangement) => void workspaceState.update(keys.arrangement, arrangement),
  };
}
