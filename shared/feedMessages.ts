/** The messages of the change feed, `WS /v1/stream`. See docs/design/feed.md. */

import Type, { type Static } from 'typebox';
import type { Warning } from './daemon.ts';
import type { Job } from './job.ts';
import type { Problem } from './messages/schema.ts';
import type { feedSubjects } from './wire.ts';

/** The first message of a client on `WS /v1/stream`: the revision it already has, or null for both. */
export const Subscribe = Type.Object(
  {
    type: Type.Literal('subscribe'),
    epoch: Type.Union([Type.String({ maxLength: 100 }), Type.Null()]),
    rev: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type Subscribe = Static<typeof Subscribe>;

/** All active jobs and the latest `feedHistory` finished ones. Replaces the client's state. */
export interface FeedSnapshot {
  type: 'snapshot';
  epoch: string;
  rev: number;
  jobs: Job[];
}

/** Some jobs of the snapshot that follows, for clients that accept parts; see feedParts.ts. */
export interface FeedPart {
  type: 'part';
  jobs: Job[];
}

/** The latest state of each job that changed since the last frame, and the IDs of removed jobs. */
export interface FeedChanges {
  type: 'changes';
  rev: number;
  jobs: Job[];
  removed: string[];
}

/** The daemon is about to close the connection, and why. */
export interface FeedStopping {
  type: 'stopping';
  reason: 'stop' | 'idle' | 'handover';
}

/** The daemon's current warnings. Sent after a subscription if there are any, and whenever they change. */
export interface FeedWarnings {
  type: 'warnings';
  warnings: Warning[];
}

export type FeedSubject = (typeof feedSubjects)[number];

/**
 * Queues, schedules or connections changed, so clients that show them should fetch them again. A hint has no revision
 * and covers only changes after the subscription. Older daemons don't send it.
 */
export interface FeedHint {
  type: 'hint';
  changed: FeedSubject[];
}

export interface FeedError {
  type: 'error';
  error: Problem;
}

/** A message to a client. Clients that accept parts also receive `FeedPart`. */
export type FeedMessage = FeedSnapshot | FeedChanges | FeedStopping | FeedWarnings | FeedHint | FeedError;
