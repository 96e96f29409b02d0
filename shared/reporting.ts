/**
 * How programs report their own jobs, and jobs of this machine what they do. The same reports go over REST, one by one,
 * and over the WebSocket, in batches.
 */
import Type, { type Static } from 'typebox';
import { JobDetail, JobStatus, Level, NewStep, StepId, StepStatus } from './job.ts';
import { JobId, SubmitRequest, TimeLimit } from './protocol.ts';
import { reportLimits, trackedByWindow } from './wire.ts';

export { NewStep, reportLimits, trackedByWindow };

const Message = Type.String({ maxLength: reportLimits.message });

const { type, cwd, workspace, createdBy, input, metadata, group, weight, idempotencyKey } = SubmitRequest.properties;

/**
 * `POST /v1/jobs/start`: a job that runs already, in the program that reports it. It fails by itself when nothing is
 * heard of it for `heartbeatMs` (10 minutes unless given), or when it runs longer than `timeLimitMs` (30 minutes).
 */
export const StartRequest = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 300 }),
    ...{ type, cwd, workspace, createdBy, input, metadata, group, weight, idempotencyKey },
    total: Type.Optional(Type.Number({ minimum: 0 })),
    steps: Type.Optional(Type.Array(NewStep, { maxItems: reportLimits.steps })),
    heartbeatMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 7 * 86_400_000 })),
    timeLimitMs: Type.Optional(Type.Union([TimeLimit, Type.Null()], { description: 'null: none' })),
    commandLine: Type.Optional(Type.String({ maxLength: 1000, description: 'What the program was called as' })),
  },
  { additionalProperties: false },
);
export type StartRequest = Static<typeof StartRequest>;

/** `token` is good for reports on this job alone, and for reading it. */
export const StartReply = Type.Object({ job: JobDetail, token: Type.String() });
export type StartReply = Static<typeof StartReply>;

/**
 * Who reports, and which of its reports this is, from 1: a report that came before is not taken twice, and a progress
 * older than one already taken changes nothing. Without them every report is taken as new.
 */
const order = {
  client: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })),
  seq: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
};
const body = <T extends Type.TProperties>(properties: T) =>
  Type.Object({ ...properties, ...order }, { additionalProperties: false });

/** What is left out stays as it is. `percent` is for `current` of a `total` of 100. */
export const ProgressReport = body({
  current: Type.Optional(Type.Number({ minimum: 0 })),
  total: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()])),
  percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  message: Type.Optional(Type.Union([Message, Type.Null()])),
  phase: Type.Optional(Type.Union([Type.String({ maxLength: 300 }), Type.Null()])),
});
/** An entry of the timeline. `at`: when it happened, unless that is now. */
export const MessageReport = body({
  level: Type.Optional(Level),
  message: Message,
  context: Type.Optional(Type.Unknown()),
  at: Type.Optional(Type.String({ format: 'date-time' })),
});
/** Text for the attempt's log. */
export const LogReport = body({ text: Type.String({ maxLength: reportLimits.text }) });
/** Declares steps, after those there are; with `replace` instead of them. */
export const StepsReport = body({
  steps: Type.Array(NewStep, { minItems: 1, maxItems: reportLimits.steps }),
  replace: Type.Optional(Type.Boolean()),
});
/** How far a step is. `progress` 1 completes it, unless `status` says otherwise. */
export const StepReport = body({
  id: StepId,
  progress: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  status: Type.Optional(StepStatus),
  message: Type.Optional(Message),
});
/** A result before the end, or without one: any JSON. */
export const ResultReport = body({ result: Type.Unknown() });
export const CompleteReport = body({ result: Type.Optional(Type.Unknown()), message: Type.Optional(Message) });
/** The job failed; after a cancel it counts as cancelled when `cancelled` is set. */
export const FailReport = body({
  message: Message,
  code: Type.Optional(Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$' })),
  hint: Type.Optional(Message),
  details: Type.Optional(Type.String({ maxLength: reportLimits.text })),
  cancelled: Type.Optional(Type.Boolean()),
});
export const HeartbeatReport = body({});

/** Each report by its kind; REST has them at `POST /v1/jobs/:id/<kind>` (messages for message). */
export const reportBodies = {
  progress: ProgressReport,
  message: MessageReport,
  log: LogReport,
  steps: StepsReport,
  step: StepReport,
  result: ResultReport,
  complete: CompleteReport,
  fail: FailReport,
  heartbeat: HeartbeatReport,
} as const;
export type ReportKind = keyof typeof reportBodies;
export type ReportOf<K extends ReportKind> = Static<(typeof reportBodies)[K]> & { kind: K };
export type Report = { [K in ReportKind]: ReportOf<K> }[ReportKind];

/**
 * The answer to reports, after the commit: how the job stands. `taken` is false when all of them came before, or when
 * the job has ended, which nothing changes any more.
 */
export const ReportReply = Type.Object({
  jobId: Type.String(),
  taken: Type.Boolean(),
  status: JobStatus,
  cancelRequested: Type.Boolean({ description: 'Somebody wants it to stop' }),
});
export type ReportReply = Static<typeof ReportReply>;

/**
 * A batch over `WS /v1/stream`, whether subscribed or not. Answered by `ReportsTaken` with the same `batch`, or by
 * `ReportsRefused` when one of them is not understood: then none of the job is taken.
 */
export const ReportBatch = Type.Object(
  {
    type: Type.Literal('report'),
    batch: Type.Integer({ minimum: 0 }),
    jobs: Type.Array(
      Type.Object(
        {
          jobId: JobId,
          client: order.client,
          reports: Type.Array(
            Type.Union(
              (Object.keys(reportBodies) as ReportKind[]).map((kind) =>
                Type.Object(
                  { kind: Type.Literal(kind), ...reportBodies[kind].properties },
                  { additionalProperties: false },
                ),
              ),
            ),
            { minItems: 1, maxItems: reportLimits.batch },
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: reportLimits.batch },
    ),
  },
  { additionalProperties: false },
);
/** As the schema, with each report typed by its kind. */
export interface ReportBatch {
  type: 'report';
  batch: number;
  jobs: { jobId: string; client?: string; reports: Report[] }[];
}

/** Committed. */
export interface ReportsTaken {
  type: 'reported';
  batch: number;
  jobs: ReportReply[];
}

/** Some jobs of a batch were refused; the others are in `jobs`. */
export interface ReportsRefused {
  type: 'refused';
  batch: number;
  jobs: ReportReply[];
  refused: { jobId: string; error: { code: string; message: string; hint: string | null } }[];
}

/** To whoever has reported on a job over this connection: somebody wants it to stop. */
export interface CancelRequested {
  type: 'cancelRequested';
  jobId: string;
}

/** `GET /v1/jobs/:id/progress`: little enough to be asked for often. */
export const ProgressReply = Type.Object({
  ...ReportReply.properties,
  progress: JobDetail.properties.progress,
  steps: JobDetail.properties.steps,
});
export type ProgressReply = Static<typeof ProgressReply>;
