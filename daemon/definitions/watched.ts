/** A definition file in the memory of the daemon. */
import type { Parsed } from '../../shared/definitions/parse.ts';
import type { Definitions as DefinitionsFile } from '../../shared/definitions/schema.ts';
import type { DefinitionFile, DefinitionProblem, PendingDefinitions } from '../../shared/definitions/wire.ts';
import type { FileWatch } from './fileWatch.ts';

/** A file that is being watched. */
export interface Watched {
  path: string;
  workspace: string | null;
  addedAt: number;
  /** The active text; null if there is none. */
  text: string | null;
  definitions: DefinitionsFile;
  /** Problems of the file as it is now. */
  problems: DefinitionProblem[];
  /** What changed in the file, until the user agrees to it. */
  pending: PendingDefinitions | null;
  watch: FileWatch;
  watchProblem: unknown;
}

/** The active part of a file, and the problems of the rest. */
export type Active = Pick<Watched, 'definitions' | 'problems'> & { text: string };

export type UsableFile = Pick<Parsed, 'broken' | 'problems'> & { definitions: DefinitionsFile };

/** The file as clients receive it. */
export function toFile({ path, workspace, problems, definitions, pending }: Watched): DefinitionFile {
  return { path, workspace, problems, names: Object.keys(definitions.jobs ?? {}), pending };
}
