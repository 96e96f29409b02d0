/** What the daemon offers of definitions. */
import type { DefinitionFile, DefinitionList } from '../../shared/definitions/wire.ts';

export interface DefinitionCommands {
  /** The files, and the jobs in force of them. */
  list(): DefinitionList;
  /**
   * Puts the queues and schedules of a folder's `.vscode/jobs.json` in force, now and after every change. Adding one
   * again is no error. INVALID_DEFINITION when there is none or it is wrong: then nothing changes.
   */
  add(folder: string): Promise<DefinitionFile>;
  /** Takes its schedules back; queues stay as they are. UNKNOWN_DEFINITION. */
  remove(folder: string): Promise<void>;
}
