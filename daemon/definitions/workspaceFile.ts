import { isAbsolute, join, resolve } from 'node:path';
import { definitionFileProblem } from '../../shared/messages/definitionFiles.ts';

/**
 * The definition file of a folder.
 * @throws JobdeckError INVALID_REQUEST for a relative path
 */
export function workspaceFile(folder: string): { workspace: string; path: string } {
  if (!isAbsolute(folder)) {
    throw definitionFileProblem('INVALID_REQUEST/folder', { folder });
  }
  const workspace = resolve(folder);
  return { workspace, path: join(workspace, '.vscode', 'jobs.json') };
}
