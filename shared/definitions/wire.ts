/** Definitions over the wire: the files in force, what is wrong with them, and their jobs. */
import Type, { type Static } from 'typebox';
import { JobDefinition } from './schema.ts';

/** Something wrong in a file: where, and what was expected. */
export const DefinitionProblem = Type.Object({
  path: Type.String({ description: 'The place in the file, such as `jobs.build.retry.attempts`' }),
  line: Type.Integer({ description: 'From 1' }),
  column: Type.Integer({ description: 'From 1' }),
  message: Type.String({ description: 'Sentences' }),
});
export type DefinitionProblem = Static<typeof DefinitionProblem>;

/** A file whose queues and schedules are in force. With problems, those of its last right version are. */
export const DefinitionFile = Type.Object({
  path: Type.String({ description: 'Absolute' }),
  workspace: Type.Union([Type.String(), Type.Null()], { description: 'Its folder; null for that of the home' }),
  problems: Type.Array(DefinitionProblem),
  names: Type.Array(Type.String(), { description: 'Its jobs' }),
});
export type DefinitionFile = Static<typeof DefinitionFile>;

/** A job of a file. */
export const DefinedJob = Type.Object({
  name: Type.String(),
  file: Type.String(),
  workspace: DefinitionFile.properties.workspace,
  definition: JobDefinition,
});
export type DefinedJob = Static<typeof DefinedJob>;

/** `GET /v1/definitions`. */
export const DefinitionList = Type.Object({ files: Type.Array(DefinitionFile), jobs: Type.Array(DefinedJob) });
export type DefinitionList = Static<typeof DefinitionList>;

/**
 * `POST /v1/definitions/files`: puts the queues and schedules of `.vscode/jobs.json` in that folder in force, now and
 * after every change. INVALID_DEFINITION when there is no such file, or it is wrong.
 * `DELETE /v1/definitions/files?folder=`: its schedules go. UNKNOWN_DEFINITION.
 */
export const DefinitionFolder = Type.Object(
  { folder: Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute path of a workspace' }) },
  { additionalProperties: false },
);
export type DefinitionFolder = Static<typeof DefinitionFolder>;
