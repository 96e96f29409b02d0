/** One action on many jobs: `POST /v1/jobs/{cancel, retry, remove, force-fail}`. */
import Type, { type Static } from 'typebox';
import { CancelSignal } from './job.ts';
import { Problem } from './messages/schema.ts';
import { JobId, ListQuery } from './protocol.ts';

export { type BulkAction, bulkRoutes } from './wire.ts';

/** The filters of `GET /v1/jobs`, without those by the end. */
export const JobFilter = Type.Object(
  Type.Omit(ListQuery, ['endedSince', 'endedUntil', 'sort', 'order', 'limit', 'cursor']).properties,
  { additionalProperties: false },
);
export type JobFilter = Static<typeof JobFilter>;

/**
 * The jobs: either by their IDs, or all jobs of a filter that the action applies to, such as unfinished ones for
 * `cancel`. Groups do not match a filter; their jobs do.
 */
export const BulkRequest = Type.Object(
  {
    ids: Type.Optional(Type.Array(JobId, { minItems: 1, maxItems: 100_000 })),
    filter: Type.Optional(JobFilter),
    dryRun: Type.Optional(Type.Boolean({ description: 'Change nothing, and return the jobs as `done`' })),
    signal: Type.Optional({
      ...CancelSignal,
      description: 'Only for `cancel`: the signal to begin with, instead of the `stopSignal` of each job',
    }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'Only for `force-fail`' })),
  },
  { additionalProperties: false },
);
export type BulkRequest = Static<typeof BulkRequest>;

export const BulkReply = Type.Object({
  done: Type.Array(Type.String(), { description: 'IDs' }),
  failed: Type.Array(Type.Object({ id: Type.String(), error: Problem })),
});
export type BulkReply = Static<typeof BulkReply>;
