/** The messages of the change feed, `WS /v1/stream`. See docs/design/feed.md. */

import Type, { type Static } from 'typebox';
import type { Job } from './job.ts';
import type { Problem } from './messages/schema.ts';
import type { Warning } from './protocol.ts';
import type { feedSubjects } from './wire.ts';

/** First message of a client on `WS /v1/stream`: what it already has; both null for nothing. */
export const Subscribe = Type.Object(
  {
    type: Type.Literal('subscribe'),
    epoch: Type.Union([Type.String({ maxLength: 100 }), Type.Null()]),
    rev: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type Subscribe = Static<typeof Subscribe>;

/** All active jobs and the latest `feedHistory` finished ones; replaces whatever the client had. */
export interface FeedSnapshot {
  type: 'snapshot';
  epoch: string;
  rev: number;
  jobs: Job[];
}

/** Some of the jobs of the snapshot that follows, for clients that take it in parts: see feedParts.ts. */
export interface FeedPart {
  type: 'part';
  jobs: Job[];
}

/** The latest state of each job changed since the last frame, and the ids of removed ones. */
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

/** Warnings of the daemon as they stand now; sent after subscribing when there are any, and when they change. */
export interface FeedWarnings {
  type: 'warnings';
  warnings: Warning[];
}

export type FeedSubject = (typeof feedSubjects)[number];

/**
 * Queues, schedules or connections have changed: whoever shows them asks for them again. It is of no revision, says
 * nothing of what changed before the subscription, and older daemons don't send it.
 */
export interface FeedHint {
  type: 'hint';
  changed: FeedSubject[];
}

export interface FeedError {
  type: 'error';
  error: Problem;
}

/** What a client is told. On the wire `FeedPart` comes to it, where it was asked for. */
export type FeedMessage = FeedSnapshot | FeedChanges | FeedStopping | FeedWarnings | FeedHint | FeedError;
