/** A script, target or task of a project, and the readers that find them in the files of a folder. */

export interface ProjectScript {
  /** As its tool calls it. Unique within its file. */
  readonly name: string;
  /** Its description, or the command that it runs. May be empty. */
  readonly line: string;
  /** Its line in the file, from 0. */
  readonly at: number;
  /** What runs it in the folder of the file. Empty for a task. */
  readonly argv: readonly string[];
}

/** What else a folder has. */
export interface Siblings {
  /** Names of the files and folders beside the file. */
  readonly names: readonly string[];
  /** Names in the folder `src`. */
  readonly src: readonly string[];
}

export interface ScriptReader {
  /** The file names in the order in which the tool looks for them. Only the first one is read. */
  readonly files: readonly string[];
  /** The scripts in file order. Pure. Empty for a text that can't be read. */
  read(text: string, siblings: Siblings): ProjectScript[];
}
