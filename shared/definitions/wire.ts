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

/** A job or queue that differs between the active version of a file and its content now. */
export const DefinitionChange = Type.Object({
  kind: Type.Enum(['queue', 'job']),
  name: Type.String(),
  change: Type.Enum(['added', 'removed', 'changed']),
  fields: Type.Array(
    Type.Object({
      field: Type.String({ description: 'Such as `command`' }),
      before: Type.Union([Type.String(), Type.Null()], { description: 'JSON; null if it was not set' }),
      after: Type.Union([Type.String(), Type.Null()], { description: 'JSON; null if it is not set any more' }),
    }),
  ),
});
export type DefinitionChange = Static<typeof DefinitionChange>;

/** Changes of a file that are inactive until the user agrees to them. */
export const PendingDefinitions = Type.Object({
  digest: Type.String({ description: 'Identifies the content, to agree to exactly this' }),
  changes: Type.Array(DefinitionChange),
});
export type PendingDefinitions = Static<typeof PendingDefinitions>;

/** A file whose queues and schedules are active. If it has problems, its last valid version stays active. */
export const DefinitionFile = Type.Object({
  path: Type.String({ description: 'Absolute' }),
  workspace: Type.Union([Type.String(), Type.Null()], {
    description: 'The workspace folder; null for the file in the home',
  }),
  problems: Type.Array(DefinitionProblem),
  names: Type.Array(Type.String(), { description: 'Names of its active jobs' }),
  pending: Type.Union([PendingDefinitions, Type.Null()], {
    description: 'Changes to review; null if the file is active as it is',
  }),
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
 * `POST /v1/definitions/files`: activates the queues and schedules of `.vscode/jobs.json` in that folder as they are now.
 * Later changes are `pending` until this is called again; with `digest`, only that content is activated, and if the file
 * has changed since, the error is DEFINITION_CHANGED. INVALID_DEFINITION if the file is missing or invalid.
 * `DELETE /v1/definitions/files?folder=`: removes its schedules, and its queues unless they are in use.
 * UNKNOWN_DEFINITION if it is not active.
 */
export const DefinitionFolder = Type.Object(
  { folder: Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute path of a workspace' }) },
  { additionalProperties: false },
);
export type DefinitionFolder = Static<typeof DefinitionFolder>;

/** The body of `POST /v1/definitions/files`. */
export const AddDefinitions = Type.Object(
  { ...DefinitionFolder.properties, digest: Type.Optional(PendingDefinitions.properties.digest) },
  { additionalProperties: false },
);
export type AddDefinitions = Static<typeof AddDefinitions>;
