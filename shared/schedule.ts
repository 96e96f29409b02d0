/** Schedules: jobs that run repeatedly, at the times of a cron expression. */
import Type, { type Static } from 'typebox';
import { Command, Priority, QueueName, RetryPolicy } from './job.ts';
import { Message } from './messages/schema.ts';
import { JobId, RetryRequestPolicy, SubmitRequest, TimeLimit } from './protocol.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });

/**
 * Which missed runs to make up for when the daemon was not running at their time: none, the last one (unless another run
 * is due now), or all (the latest 100). A run is missed once it is more than a minute late.
 */
export const CatchUp = Type.Enum(['none', 'last', 'all']);
export type CatchUp = Static<typeof CatchUp>;

/**
 * What happens when a run is due while the previous one is still running: it is skipped, queued behind it, or started
 * anyway. With `skip`, missed runs that are made up for run one after another.
 */
export const Overlap = Type.Enum(['skip', 'queue', 'allow']);
export type Overlap = Static<typeof Overlap>;

/** The outcome of a due run. `missed`: the daemon was not running. `failed`: the job could not be submitted. */
export const RunOutcome = Type.Enum(['started', 'skipped', 'missed', 'failed']);
export type RunOutcome = Static<typeof RunOutcome>;

export const scheduleNamePattern = '^[A-Za-z0-9_-][A-Za-z0-9._:/ -]{0,99}$';
export const ScheduleName = Type.String({ pattern: scheduleNamePattern });

/** Five fields (minute hour day month weekday) or six (seconds first), or a nickname such as `@daily`. */
export const CronExpression = Type.String({ minLength: 1, maxLength: 200 });

/** An IANA name such as `Europe/Berlin`. */
export const TimeZone = Type.String({ minLength: 1, maxLength: 100 });

/** One entry of a schedule's history. */
export const ScheduleRun = Type.Object({
  scheduledFor: nullable(Time),
  at: Time,
  outcome: RunOutcome,
  jobId: nullable(Type.String({ description: 'The job that was started, or because of which the run was skipped' })),
  detail: nullable(Message),
});
export type ScheduleRun = Static<typeof ScheduleRun>;

/** The job that each run submits, without its environment. */
export const ScheduledJob = Type.Object({
  command: Command,
  title: nullable(Type.String()),
  type: nullable(Type.String()),
  cwd: nullable(Type.String()),
  queue: QueueName,
  priority: Priority,
  tags: Type.Array(Type.String()),
  retry: nullable(RetryPolicy),
  timeLimitMs: nullable(Type.Integer()),
});
export type ScheduledJob = Static<typeof ScheduledJob>;

export const Schedule = Type.Object({
  id: Type.String(),
  name: Type.String(),
  cron: Type.String(),
  timezone: Type.String(),
  paused: Type.Boolean(),
  catchUp: CatchUp,
  overlap: Overlap,
  source: nullable(Type.String({ description: 'The file that defines it; null if it was added by a command' })),
  job: ScheduledJob,
  workspace: nullable(Type.String()),
  createdBy: nullable(Type.String()),
  createdAt: Time,
  nextRunAt: nullable(Time),
  lastRun: nullable(ScheduleRun),
});
export type Schedule = Static<typeof Schedule>;

/** `GET /v1/schedules`: sorted by name. */
export const ScheduleList = Type.Object({ schedules: Type.Array(Schedule) });
export type ScheduleList = Static<typeof ScheduleList>;

/** `GET /v1/schedules/:id`: the next five runs, and the latest 100 entries of its history, newest first. */
export const ScheduleDetail = Type.Object({
  ...Schedule.properties,
  nextRuns: Type.Array(Time),
  runs: Type.Array(ScheduleRun),
});
export type ScheduleDetail = Static<typeof ScheduleDetail>;

const {
  command,
  title,
  type,
  cwd,
  env,
  queue,
  priority,
  workspace,
  createdBy,
  tags,
  definition,
  group,
  outputProgress,
  steps,
  process,
  stopSignal,
} = SubmitRequest.properties;

/** The part of `SubmitRequest` that applies to every run. */
export const JobTemplate = Type.Object(
  {
    command,
    title,
    type,
    cwd,
    env,
    queue,
    priority,
    workspace,
    createdBy,
    tags,
    definition,
    group,
    outputProgress,
    steps,
    process,
    stopSignal,
    retry: Type.Optional(RetryRequestPolicy),
    timeLimitMs: Type.Optional(TimeLimit),
    metadata: SubmitRequest.properties.metadata,
    input: SubmitRequest.properties.input,
  },
  { additionalProperties: false },
);
export type JobTemplate = Static<typeof JobTemplate>;

/**
 * `POST /v1/schedules`: adds a schedule. If its name is in use, the error is SCHEDULE_EXISTS, unless `replace` is set: then
 * the new schedule keeps the ID and history of the old one, and stays paused if that was. With `dryRun` nothing is added,
 * and the reply is the schedule that would be.
 */
export const ScheduleRequest = Type.Object(
  {
    name: ScheduleName,
    cron: CronExpression,
    timezone: Type.Optional(TimeZone),
    catchUp: Type.Optional(CatchUp),
    overlap: Type.Optional(Overlap),
    paused: Type.Optional(Type.Boolean()),
    job: JobTemplate,
    replace: Type.Optional(Type.Boolean()),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ScheduleRequest = Static<typeof ScheduleRequest>;

/**
 * `POST /v1/schedules/:id/change`: changes a schedule that no file defines. What is omitted stays as it is, and so do its job,
 * its history, and whether it is paused.
 */
export const ScheduleChange = Type.Object(
  {
    cron: Type.Optional(CronExpression),
    timezone: Type.Optional(TimeZone),
    overlap: Type.Optional(Overlap),
    queue: Type.Optional(QueueName),
  },
  { additionalProperties: false },
);
export type ScheduleChange = Static<typeof ScheduleChange>;

/** `:id` of `/v1/schedules/:id…`: an ID or a name. */
export const ScheduleRef = Type.Union([JobId, ScheduleName]);

/** `GET /v1/cron`: previews the next runs of an expression. */
export const CronQuery = Type.Object(
  {
    cron: CronExpression,
    timezone: Type.Optional(TimeZone),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 5 })),
  },
  { additionalProperties: false },
);
export type CronQuery = Static<typeof CronQuery>;
export const CronReply = Type.Object({ timezone: Type.String(), nextRuns: Type.Array(Time) });
export type CronReply = Static<typeof CronReply>;
