/** The messages of `WS /v1/stream` as schemas, for the document of the API. The types of those the daemon sends are in shared/. */
import Type from 'typebox';
import { Subscribe } from '../../../shared/feedMessages.ts';
import { Job } from '../../../shared/job.ts';
import { Warning } from '../../../shared/protocol.ts';
import { ReportBatch, ReportReply } from '../../../shared/reporting.ts';
import { ErrorReply } from '../schemas.ts';

const message = <T extends Type.TProperties>(type: string, properties: T, description: string) =>
  Type.Object({ type: Type.Literal(type), ...properties }, { description });
const { error } = ErrorReply.properties;
const Rev = Type.Integer({ description: 'Where the client stands with it' });
const Batch = Type.Integer({ description: 'That of the batch' });

/** By name; the first two are what clients send. */
export const streamMessages = {
  Subscribe,
  ReportBatch,
  FeedSnapshot: message(
    'snapshot',
    { epoch: Type.String(), rev: Rev, jobs: Type.Array(Job) },
    'All active jobs and the latest finished ones; replaces what the client had',
  ),
  FeedPart: message(
    'part',
    { jobs: Type.Array(Job) },
    'Some of the jobs of the snapshot that follows; only to clients that connected to `/v1/stream?parts`',
  ),
  FeedChanges: message(
    'changes',
    { rev: Rev, jobs: Type.Array(Job), removed: Type.Array(Type.String()) },
    'The latest state of each job that changed, and the ids of removed ones',
  ),
  FeedWarnings: message('warnings', { warnings: Type.Array(Warning) }, 'Warnings of the daemon as they stand now'),
  FeedHint: message(
    'hint',
    { changed: Type.Array(Type.Enum(['queues', 'schedules', 'connections'])) },
    'These were changed by somebody: ask for them again',
  ),
  FeedStopping: message(
    'stopping',
    { reason: Type.Enum(['stop', 'idle', 'handover']) },
    'The daemon is about to close the connection',
  ),
  FeedError: message('error', { error }, 'What was sent is not understood; the connection closes'),
  ReportsTaken: message('reported', { batch: Batch, jobs: Type.Array(ReportReply) }, 'A batch of reports is committed'),
  ReportsRefused: message(
    'refused',
    {
      ...{ batch: Batch, jobs: Type.Array(ReportReply) },
      refused: Type.Array(Type.Object({ jobId: Type.String(), error })),
    },
    'Of some jobs of a batch no report was taken; those of the others are committed',
  ),
  CancelRequested: message('cancelRequested', { jobId: Type.String() }, 'Somebody wants this job to stop'),
};
