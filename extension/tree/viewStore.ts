/** Stores the filter and arrangement of the jobs view per workspace. */
import * as vscode from 'vscode';
import { settingIds } from '../base/ids.ts';
import type { Arrangement } from './arrangement.ts';
import type { JobFilter } from './filter/filter.ts';

/** Persists filter and arrangement across window reloads. */
export interface ViewStore {
  readonly filter: unknown;
  /** What was chosen for the workspace. */
  readonly arrangement: unknown;
  /** The arrangement in the settings, for what was not chosen. */
  defaultArrangement(): unknown;
  onDidChangeDefault(listener: () => void): vscode.Disposable;
  keepFilter(filter: JobFilter): void;
  keepArrangement(arrangement: Arrangement): void;
}

const keys = { filter: 'filter', arrangement: 'arrangement' } as const;

/** A store in the state of the workspace. */
export function viewStore({ workspaceState }: vscode.ExtensionContext): ViewStore {
  return {
    filter: workspaceState.get(keys.filter),
    get arrangement() {
      return workspaceState.get(keys.arrangement);
    },
    defaultArrangement() {
      const settings = vscode.workspace.getConfiguration();
      return { sort: settings.get(settingIds.sortBy), group: settings.get(settingIds.groupBy) };
    },
    onDidChangeDefault: (listener) =>
      vscode.workspace.onDidChangeConfiguration((event) => {
        if ([settingIds.sortBy, settingIds.groupBy].some((id) => event.affectsConfiguration(id))) listener();
      }),
    keepFilter: (filter) => void workspaceState.update(keys.filter, filter),
    keepArrangement: (arrangement) => void workspaceState.update(keys.arrangement, arrangement),
  };
}
