/** What the daemon can do with definition files. */
import type { DefinitionFile, DefinitionList } from '../../shared/definitions/wire.ts';

export interface DefinitionCommands {
  /** The files and their active jobs. */
  list(): DefinitionList;
  /**
   * Activates the queues and schedules in a folder's `.vscode/jobs.json`, now and after every change. A file may be
   * added again. If it is missing or not valid, nothing changes.
   * @throws JobdeckError INVALID_DEFINITION
   */
  add(folder: string): Promise<DefinitionFile>;
  /**
   * Removes the file's schedules; queues stay as they are.
   * @throws JobdeckError UNKNOWN_DEFINITION
   */
  remove(folder: string): Promise<void>;
}
