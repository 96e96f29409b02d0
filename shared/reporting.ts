/**
 * Reports: how programs report jobs of their own, and how local jobs report their progress. The same reports are sent one
 * by one over REST, or in batches over the WebSocket.
 */
import Type, { type Static } from 'typebox';
import { JobDetail, JobStatus, Level, NewStep, StepId, StepStatus } from './job.ts';
import { JobId, SubmitRequest, TimeLimit } from './protocol.ts';
import { reportLimits, trackedByWindow } from './wire.ts';

export { NewStep, reportLimits, trackedByWindow };

const Message = Type.String({ maxLength: reportLimits.message });

const { type, cwd, workspace, createdBy, input, metadata, group, weight, idempotencyKey } = SubmitRequest.properties;

/**
 * `POST /v1/jobs/start`: reports a job that is already running in the calling program. The daemon fails the job if it
 * receives no reports for `heartbeatMs` (10 minutes by default), or if it runs longer than `timeLimitMs` (30 minutes).
 */
export const StartRequest = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 300 }),
    type,
    cwd,
    workspace,
    createdBy,
    input,
    metadata,
    group,
    weight,
    idempotencyKey,
    total: Type.Optional(Type.Number({ minimum: 0 })),
    steps: Type.Optional(Type.Array(NewStep, { maxItems: reportLimits.steps })),
    heartbeatMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 7 * 86_400_000 })),
    timeLimitMs: Type.Optional(Type.Union([TimeLimit, Type.Null()], { description: 'null for no limit' })),
    commandLine: Type.Optional(Type.String({ maxLength: 1000, description: 'How the program was called' })),
  },
  { additionalProperties: false },
);
export type StartRequest = Static<typeof StartRequest>;

/** `token` only allows reading this job and reporting on it. */
export const StartReply = Type.Object({ job: JobDetail, token: Type.String() });
export type StartReply = Static<typeof StartReply>;

/**
 * Identifies the client and numbers its reports from 1, so that repeated reports are ignored, and so is progress older
 * than the latest. Without these fields every report counts as new.
 */
const order = {
  client: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })),
  seq: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
};
const body = <T extends Type.TProperties>(properties: T) =>
  Type.Object({ ...properties, ...order }, { additionalProperties: false });

/** Omitted fields keep their values. `percent` sets `current`, with a `total` of 100. */
export const ProgressReport = body({
  current: Type.Optional(Type.Number({ minimum: 0 })),
  total: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()])),
  percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  message: Type.Optional(Type.Union([Message, Type.Null()])),
  phase: Type.Optional(Type.Union([Type.String({ maxLength: 300 }), Type.Null()])),
});
/** An entry of the timeline. `at`: when it happened; now by default. */
export const MessageReport = body({
  level: Type.Optional(Level),
  message: Message,
  context: Type.Optional(Type.Unknown()),
  at: Type.Optional(Type.String({ format: 'date-time' })),
});
/** Text for the attempt's log. */
export const LogReport = body({ text: Type.String({ maxLength: reportLimits.text }) });
/** Declares steps in addition to the existing ones or, with `replace`, instead of them. */
export const StepsReport = body({
  steps: Type.Array(NewStep, { minItems: 1, maxItems: reportLimits.steps }),
  replace: Type.Optional(Type.Boolean()),
});
/** The progress of a step. 1 completes it, unless `status` says otherwise. */
export const StepReport = body({
  id: StepId,
  progress: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  status: Type.Optional(StepStatus),
  message: Type.Optional(Message),
});
/** A result, which may be reported before the job ends: any JSON. */
export const ResultReport = body({ result: Type.Unknown() });
export const CompleteReport = body({ result: Type.Optional(Type.Unknown()), message: Type.Optional(Message) });
/** The job failed. After a cancel request, `cancelled` marks it as cancelled instead. */
export const FailReport = body({
  message: Message,
  code: Type.Optional(Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$' })),
  hint: Type.Optional(Message),
  details: Type.Optional(Type.String({ maxLength: reportLimits.text })),
  cancelled: Type.Optional(Type.Boolean()),
});
export const HeartbeatReport = body({});

/** Each report by its kind. In REST, they are at `POST /v1/jobs/:id/<kind>` (`messages` for `message`). */
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
 * The reply to reports, sent after the commit, with the state of the job. `taken` is false if all reports were repeated, or
 * if the job has already finished.
 */
export const ReportReply = Type.Object({
  jobId: Type.String(),
  taken: Type.Boolean(),
  status: JobStatus,
  cancelRequested: Type.Boolean({ description: 'The job should stop' }),
});
export type ReportReply = Static<typeof ReportReply>;

/**
 * A batch over `WS /v1/stream`, with or without a subscription. The reply is `ReportsTaken` with the same `batch`, or
 * `ReportsRefused` if a report is not valid: then no report on that job is accepted.
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
/** The type of the schema, with each report typed by its kind. */
export interface ReportBatch {
  type: 'report';
  batch: number;
  jobs: { jobId: string; client?: string; reports: Report[] }[];
}

/** All reports are committed. */
export interface ReportsTaken {
  type: 'reported';
  batch: number;
  jobs: ReportReply[];
}

/** The reports on some jobs were refused; the others are committed and in `jobs`. */
export interface ReportsRefused {
  type: 'refused';
  batch: number;
  jobs: ReportReply[];
  refused: { jobId: string; error: { code: string; message: string; hint: string | null } }[];
}

/** Sent over each connection that has reported on a job when that job should stop. */
export interface CancelRequested {
  type: 'cancelRequested';
  jobId: string;
}

/** `GET /v1/jobs/:id/progress`: small, so that it can be polled. */
export const ProgressReply = Type.Object({
  ...ReportReply.properties,
  progress: JobDetail.properties.progress,
  steps: JobDetail.properties.steps,
});
export type ProgressReply = Static<typeof ProgressReply>;
