/** The messages of `WS /v1/stream` as schemas for the OpenAPI document. The types of the daemon's messages are in shared/. */
import Type from 'typebox';
import { Warning } from '../../../shared/daemon.ts';
import { Subscribe } from '../../../shared/feedMessages.ts';
import { Job } from '../../../shared/job.ts';
import { ReportBatch, ReportReply } from '../../../shared/reporting.ts';
import { ErrorReply } from '../schemas.ts';

const message = <T extends Type.TProperties>(type: string, properties: T, description: string) =>
  Type.Object({ type: Type.Literal(type), ...properties }, { description });
const { error } = ErrorReply.properties;
const Rev = Type.Integer({ description: 'The revision that the client has with this message' });
const Batch = Type.Integer({ description: 'The number of the batch' });

/** By name. Clients send the first two. */
export const streamMessages = {
  Subscribe,
  ReportBatch,
  FeedSnapshot: message(
    'snapshot',
    { epoch: Type.String(), rev: Rev, jobs: Type.Array(Job) },
    'All active jobs and the latest finished ones; replaces all jobs that the client has',
  ),
  FeedPart: message(
    'part',
    { jobs: Type.Array(Job) },
    'Some jobs of the snapshot that follows; only sent to clients of `/v1/stream?parts`',
  ),
  FeedChanges: message(
    'changes',
    { rev: Rev, jobs: Type.Array(Job), removed: Type.Array(Type.String()) },
    'The latest state of each changed job, and the IDs of removed ones',
  ),
  FeedWarnings: message('warnings', { warnings: Type.Array(Warning) }, 'The current warnings of the daemon'),
  FeedHint: message(
    'hint',
    { changed: Type.Array(Type.Enum(['queues', 'schedules', 'connections'])) },
    'These changed: request them again',
  ),
  FeedStopping: message(
    'stopping',
    { reason: Type.Enum(['stop', 'idle', 'handover']) },
    'The daemon is about to close the connection',
  ),
  FeedError: message('error', { error }, 'The message was not understood; the connection closes'),
  ReportsTaken: message('reported', { batch: Batch, jobs: Type.Array(ReportReply) }, 'A batch of reports is committed'),
  ReportsRefused: message(
    'refused',
    {
      batch: Batch,
      jobs: Type.Array(ReportReply),
      refused: Type.Array(Type.Object({ jobId: Type.String(), error })),
    },
    'The reports on some jobs of a batch were refused; the others are committed',
  ),
  CancelRequested: message('cancelRequested', { jobId: Type.String() }, 'A user wants to cancel this job'),
};
