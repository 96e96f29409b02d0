/** Numbers and names of the wire that clients need at run time; apart from the schemas, which pull in their library. */

/** Raised when a client and a daemon of different numbers can no longer talk. */
export const protocolVersion = 2;

/** Finished jobs a feed snapshot carries beside all active ones; older history comes from `GET /v1/jobs`. */
export const feedHistory = 500;

/** What can be told to have changed although no job did. */
export const feedSubjects = ['queues', 'schedules', 'connections'] as const;

/** What `GET /v1/facets` tells of: fields of a job by whose values lists are filtered. */
export const facetNames = ['status', 'type', 'workspace', 'queue', 'trigger', 'engine', 'connection'] as const;
export type FacetName = (typeof facetNames)[number];

/** Reply headers of the log route: first byte's offset, the log's size, and `1` once nothing can follow. */
export const logHeaders = {
  offset: 'x-jobdeck-log-offset',
  size: 'x-jobdeck-log-size',
  ended: 'x-jobdeck-log-ended',
} as const;

/** Bounds of what a report may carry; what is beyond them is refused, never cut. */
export const reportLimits = { text: 65_536, message: 8_192, context: 65_536, steps: 1_000, batch: 1_000 } as const;

/**
 * `metadata.trackedBy` of a job that a window of the editor watches from outside: when nothing is heard of it any more,
 * it is the window that is gone.
 */
export const trackedByWindow = 'window';

/**
 * What a client sends instead of its token to whoever listens on the daemon's port, and what only a daemon that knows
 * the token can answer (see client/proof.ts).
 */
export const proofHeaders = { challenge: 'x-jobdeck-challenge', proof: 'x-jobdeck-proof' } as const;
