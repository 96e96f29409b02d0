/** What the daemon can do with definition files. */
import type { DefinitionFile, DefinitionList } from '../../shared/definitions/wire.ts';

export interface DefinitionCommands {
  /** The files and their active jobs. */
  list(): DefinitionList;
  /**
   * Activates the queues and schedules in a folder's `.vscode/jobs.json` as they are now; later changes are pending until
   * it is added again. With a digest, only if the file still has that content. If it is missing or not valid, nothing
   * changes.
   * @throws JobdeckError INVALID_DEFINITION, DEFINITION_CHANGED
   */
  add(folder: string, digest?: string): Promise<DefinitionFile>;
  /**
   * Removes the file's schedules, and its queues unless they are in use.
   * @throws JobdeckError UNKNOWN_DEFINITION
   */
  remove(folder: string): Promise<void>;
}
