/** Constants of the protocol that clients need at run time, separate from the schemas to avoid loading their library. */

/** Incremented whenever clients and daemons of different versions become incompatible. */
export const protocolVersion = 2;

/** The number of finished jobs in a feed snapshot, besides all active ones. Older history comes from `GET /v1/jobs`. */
export const feedHistory = 500;

/** What a hint can report as changed although no job did. */
export const feedSubjects = ['queues', 'schedules', 'connections'] as const;

/** Properties of a job that lists can be filtered by. `GET /v1/facets` returns their values. */
export const facetNames = ['status', 'type', 'tag', 'workspace', 'queue', 'trigger', 'engine', 'connection'] as const;
export type FacetName = (typeof facetNames)[number];

/** Reply headers of the log route: offset of the first byte, size of the log, and `1` once the log is complete. */
export const logHeaders = {
  offset: 'x-jobdeck-log-offset',
  size: 'x-jobdeck-log-size',
  ended: 'x-jobdeck-log-ended',
} as const;

/** Set to `1` in the reply to a command that was carried out but can't be saved yet, because the disk is full. */
export const unsavedHeader = 'x-jobdeck-unsaved';

/** Limits of a report. Reports beyond them are rejected, never truncated. */
export const reportLimits = { text: 65_536, message: 8_192, context: 65_536, steps: 1_000, batch: 1_000 } as const;

/**
 * `metadata.trackedBy` of a job that an editor window reports on behalf of something else. When such a job's reports
 * stop, the window has closed.
 */
export const trackedByWindow = 'window';

/** Bytes of a definition file beyond which it is not read. */
export const definitionFileBytes = 10_000_000;

/**
 * A client sends a challenge before it sends its token, because another program may listen on the daemon's port. Only a
 * daemon that knows the token can answer it; see client/proof.ts.
 */
export const proofHeaders = { challenge: 'x-jobdeck-challenge', proof: 'x-jobdeck-proof' } as const;

/** Actions on many jobs, with their routes. */
export const bulkRoutes = {
  cancel: '/v1/jobs/cancel',
  retry: '/v1/jobs/retry',
  remove: '/v1/jobs/remove',
  forceFail: '/v1/jobs/force-fail',
} as const;
export type BulkAction = keyof typeof bulkRoutes;
