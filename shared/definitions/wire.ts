/** Definitions in the API: active files, their problems and their jobs. */
import Type, { type Static } from 'typebox';
import { Message } from '../messages/schema.ts';
import { JobDefinition } from './schema.ts';

/** A problem in a file with its position. The message includes a hint if there is one. */
export const DefinitionProblem = Type.Object({
  ...Message.properties,
  path: Type.String({ description: 'The place in the file, such as `jobs.build.retry.attempts`' }),
  line: Type.Integer({ description: 'From 1' }),
  column: Type.Integer({ description: 'From 1' }),
});
export type DefinitionProblem = Static<typeof DefinitionProblem>;

/** A file whose queues and schedules are active. If it has problems, its last valid version stays active. */
export const DefinitionFile = Type.Object({
  path: Type.String({ description: 'Absolute' }),
  workspace: Type.Union([Type.String(), Type.Null()], {
    description: 'The workspace folder; null for the file in the home',
  }),
  problems: Type.Array(DefinitionProblem),
  names: Type.Array(Type.String(), { description: 'Names of its jobs' }),
});
export type DefinitionFile = Static<typeof DefinitionFile>;

/** A job in a file. */
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
 * `POST /v1/definitions/files`: activates the queues and schedules of `.vscode/jobs.json` in that folder, now and after
 * every change. INVALID_DEFINITION if the file is missing or invalid. `DELETE /v1/definitions/files?folder=`: removes
 * its schedules. UNKNOWN_DEFINITION if it is not active.
 */
export const DefinitionFolder = Type.Object(
  { folder: Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute path of a workspace' }) },
  { additionalProperties: false },
);
export type DefinitionFolder = Static<typeof DefinitionFolder>;
