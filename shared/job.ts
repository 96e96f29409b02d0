/**
 * The vocabulary of a job: one schema per idea, the same words in SQL, API, code and on screen.
 * Times on the wire are ISO 8601 UTC strings with milliseconds.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Message, Problem } from './messages/schema.ts';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });
const Json = Type.Unknown({ description: 'Any JSON value' });

/** `lost` is for a remote job whose worker vanished; the other terminal ones end an attempt. */
export const JobStatus = Type.Enum(['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost']);
export type JobStatus = Static<typeof JobStatus>;

/** Why a job is `waiting`. */
export const WaitReason = Type.Enum([
  'rateLimit',
  'queueFull',
  'dependency',
  'delay',
  'hold',
  'remoteWorker',
  'retryBackoff',
  'queuePaused',
  'groupFull',
]);
export type WaitReason = Static<typeof WaitReason>;

/** What started the job; `retrospective` is a backfill over a date range. */
export const Trigger = Type.Enum(['manual', 'scheduled', 'retrospective', 'reported']);
export type Trigger = Static<typeof Trigger>;

export const Priority = Type.Enum(['low', 'normal', 'high', 'urgent']);
export type Priority = Static<typeof Priority>;

/** An attempt is `starting` from its commit until its supervisor's process exists. */
export const AttemptStatus = Type.Enum(['starting', 'running', 'completed', 'failed', 'cancelled', 'lost']);
export type AttemptStatus = Static<typeof AttemptStatus>;

export const Level = Type.Enum(['info', 'warning', 'error']);
export type Level = Static<typeof Level>;

/** `current` of `total` in the job's own unit; `total` null: unknown. Share done is `current / total`. */
export const Progress = Type.Object({
  current: Type.Number(),
  total: nullable(Type.Number()),
  message: nullable(Type.String()),
  phase: nullable(Type.String()),
});
export type Progress = Static<typeof Progress>;

/** Why a job failed. `code` is from `jobErrors` in errors.ts; `details` is the tail of its output or a traceback. */
export const JobError = Type.Object({ ...Problem.properties, details: nullable(Type.String()) });
export type JobError = Static<typeof JobError>;

/** A queue's name. */
export const queueNamePattern = '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$';
export const QueueName = Type.String({ pattern: queueNamePattern });

/** At most `count` starts in any `periodMs` milliseconds. */
export const RateLimit = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 10_000 }),
    periodMs: Type.Integer({ minimum: 100, maximum: 31 * 86_400_000 }),
  },
  { additionalProperties: false },
);
export type RateLimit = Static<typeof RateLimit>;

/** A queue as it stands: its settings, how many of its jobs run and how many wait. */
export const Queue = Type.Object({
  name: QueueName,
  concurrency: nullable(Type.Integer({ description: 'Jobs that run at the same time at most; null: any number' })),
  rate: nullable(RateLimit),
  paused: Type.Boolean({ description: 'Running jobs run on, no other starts' }),
  timeLimitMs: nullable(Type.Integer({ description: 'For jobs without a time limit of their own; null: none' })),
  cancelAllowed: Type.Boolean({ description: 'Whether its jobs may be cancelled' }),
  retryAllowed: Type.Boolean({ description: 'Whether its jobs may be retried' }),
  throttled: Type.Boolean({ description: 'Whether it has a rate limit' }),
  running: Type.Integer(),
  waiting: Type.Integer(),
});
export type Queue = Static<typeof Queue>;

/** What to run: a program with its arguments, or one line for a shell. Exactly one of the two. */
export const Command = Type.Union([
  Type.Object({ argv: Type.Array(Type.String(), { minItems: 1, maxItems: 4096 }) }, { additionalProperties: false }),
  Type.Object({ shell: Type.String({ minLength: 1, maxLength: 131072 }) }, { additionalProperties: false }),
]);
export type Command = Static<typeof Command>;

/** Whether an action applies to a job now; `reason` says why not. */
export const Capability = Type.Object({ allowed: Type.Boolean(), reason: nullable(Message) });
export type Capability = Static<typeof Capability>;

/** Actions on a job. `retry` also runs a completed job again: both add an attempt; `input` sends text to its program. */
export const Capabilities = Type.Object({
  cancel: Capability,
  retry: Capability,
  remove: Capability,
  pause: Capability,
  resume: Capability,
  hold: Capability,
  release: Capability,
  input: Capability,
  forceFail: Capability,
});
export type Capabilities = Static<typeof Capabilities>;
export type JobAction = keyof Capabilities;

/** The jobs of a group by status. All zero once they have been removed. */
export const Children = Type.Object({
  pending: Type.Integer(),
  waiting: Type.Integer(),
  running: Type.Integer(),
  completed: Type.Integer(),
  failed: Type.Integer(),
  cancelled: Type.Integer(),
  lost: Type.Integer(),
});
export type Children = Static<typeof Children>;

/** A job as lists and the change feed carry it: never environment, logs or big JSON. */
export const Job = Type.Object({
  id: Type.String(),
  title: Type.String(),
  type: Type.String({ description: 'The kind of job, free text such as `build`; groups history and statistics' }),
  status: JobStatus,
  waitReason: nullable(WaitReason),
  waitUntil: nullable(
    Type.String({ format: 'date-time', description: 'When what it waits for is over, as far as known' }),
  ),
  waitDetail: nullable(Message),
  trigger: Trigger,
  engine: Type.String(),
  connection: nullable(Type.String({ description: 'Of a job that runs elsewhere: by which connection it is known' })),
  externalId: nullable(Type.String({ description: 'Its id there' })),
  worker: nullable(Type.String({ description: 'The process that has it there' })),
  queue: Type.String(),
  priority: Priority,
  commandLine: nullable(Type.String({ description: 'The command as one line, for display; cut at 1,000 characters' })),
  cwd: nullable(Type.String()),
  workspace: nullable(Type.String({ description: 'The folder of the editor or terminal it was submitted from' })),
  createdBy: nullable(Type.String()),
  parentId: nullable(Type.String()),
  scheduleId: nullable(Type.String()),
  children: nullable(Children),
  progress: nullable(Progress),
  usualMs: nullable(
    Type.Integer({ description: 'What jobs like it usually take, as known when it started; see `timeLeft`' }),
  ),
  error: nullable(JobError),
  attempt: Type.Integer({ description: 'Number of the latest attempt, from 1; 0 before the first' }),
  exitCode: nullable(Type.Integer({ description: '128+n when signal n ended it' })),
  signal: nullable(Type.String({ description: 'Name of the signal that ended it, such as SIGTERM' })),
  cancelRequestedAt: nullable(Time),
  pausedAt: nullable(Time),
  createdAt: Time,
  queuedAt: Time,
  startedAt: nullable(Time),
  lastActivityAt: Time,
  endedAt: nullable(Time),
  capabilities: Capabilities,
  rev: Type.Integer({ description: 'Revision of the database at its last change' }),
});
export type Job = Static<typeof Job>;

/** What a running job's processes use, all together. */
export const Resources = Type.Object({
  cpuPercent: Type.Number({ description: '100 is one processor' }),
  memoryBytes: Type.Integer(),
  peakMemoryBytes: Type.Integer({ description: 'The most that was seen of this attempt' }),
  processes: Type.Integer(),
});
export type Resources = Static<typeof Resources>;

export const Attempt = Type.Object({
  number: Type.Integer(),
  status: AttemptStatus,
  commandLine: nullable(Type.String()),
  pid: nullable(Type.Integer()),
  exitCode: nullable(Type.Integer()),
  signal: nullable(Type.String()),
  error: nullable(JobError),
  logBytes: nullable(Type.Integer({ description: 'Size of its log now; null when there is no log file' })),
  peakMemoryBytes: nullable(Type.Integer({ description: 'The most memory it was seen with, once it has ended' })),
  createdAt: Time,
  startedAt: nullable(Time),
  endedAt: nullable(Time),
});
export type Attempt = Static<typeof Attempt>;

/** One entry of the timeline. */
export const JobEvent = Type.Object({
  id: Type.Integer(),
  at: Time,
  attempt: nullable(Type.Integer()),
  kind: Type.Enum(['status', 'message', 'progress']),
  level: Level,
  code: nullable(Type.String({ description: 'From shared/messages; null for text that a program wrote' })),
  params: Type.Record(Type.String(), Type.Unknown()),
  message: Type.String(),
  context: Json,
});
export type JobEvent = Static<typeof JobEvent>;

export const StepStatus = Type.Enum(['pending', 'running', 'completed', 'failed', 'skipped']);
export type StepStatus = Static<typeof StepStatus>;

/**
 * Part of a job with a weight of its own; the job's progress is the weighted sum. One with parts (others whose
 * `parentId` it is) has the progress of these.
 */
export const Step = Type.Object({
  id: Type.String(),
  label: Type.String(),
  weight: Type.Number({ description: 'Beside that of its siblings; 1 unless said otherwise' }),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  status: StepStatus,
  parentId: nullable(Type.String()),
  startedAt: nullable(Time),
  endedAt: nullable(Time),
  kind: Type.Optional(Type.String({ description: 'What an engine calls it, such as `sleep`' })),
  attempts: Type.Optional(Type.Integer()),
  output: Type.Optional(Json),
  error: Type.Optional(nullable(JobError)),
});
export type Step = Static<typeof Step>;

/** A job that another one runs after: when it completed or, with `always`, however it ended. */
export const Dependency = Type.Object({
  jobId: Type.String(),
  title: nullable(Type.String({ description: 'null when that job has been removed' })),
  always: Type.Boolean(),
  met: Type.Boolean(),
});
export type Dependency = Static<typeof Dependency>;

/** When a failed attempt is followed by another one by itself. A cancel ends it. */
export const RetryPolicy = Type.Object(
  {
    attempts: Type.Integer({ minimum: 1, maximum: 100, description: 'Attempts after the first, at most' }),
    delayMs: Type.Integer({ minimum: 0, maximum: 31 * 86_400_000, description: 'Before the first retry' }),
    backoff: Type.Enum(['fixed', 'exponential']),
    maxDelayMs: Type.Integer({ minimum: 0, maximum: 31 * 86_400_000 }),
    jitter: Type.Enum(['full', 'none'], { description: '`full`: any time from none to the delay' }),
    retryOn: nullable(
      Type.Array(Type.Integer({ minimum: 1, maximum: 4_294_967_295 }), {
        ...{ minItems: 1, maxItems: 100, description: 'Exit codes to retry; null: whatever failed' },
      }),
    ),
  },
  { additionalProperties: false },
);
export type RetryPolicy = Static<typeof RetryPolicy>;

/** Names a step of its job. */
export const StepId = Type.String({ minLength: 1, maxLength: 200 });

/** A step as it is declared. */
export const NewStep = Type.Object(
  {
    id: StepId,
    label: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })),
    parentId: Type.Optional(StepId),
  },
  { additionalProperties: false },
);
export type NewStep = Static<typeof NewStep>;

/** How to read progress from a job's output: by its own expression, by the usual forms (null), or not at all (false). */
export const OutputProgress = nullable(
  Type.Union([
    Type.Literal(false),
    Type.Object(
      {
        pattern: Type.String({
          minLength: 1,
          maxLength: 500,
          description: 'With groups named current, total, percent, message, phase; read line by line',
        }),
      },
      { additionalProperties: false },
    ),
  ]),
);
export type OutputProgress = Static<typeof OutputProgress>;

/** Everything about one job but its environment and its logs. */
export const JobDetail = Type.Object({
  ...Job.properties,
  command: nullable(Command),
  steps: Type.Array(Step),
  retryFromStep: Capability,
  input: Json,
  result: Json,
  metadata: Json,
  scope: Json,
  rangeStart: nullable(Time),
  rangeEnd: nullable(Time),
  resources: nullable(Resources),
  dependencies: Type.Array(Dependency),
  retry: nullable(RetryPolicy),
  timeLimitMs: nullable(Type.Integer({ description: 'Of its own; null: that of its queue' })),
  weight: Type.Number({ description: 'In the progress of its group' }),
  groupConcurrency: nullable(
    Type.Integer({ description: 'Of a group: its jobs in line or running at most; null: any number' }),
  ),
  outputProgress: OutputProgress,
  attempts: Type.Array(Attempt),
  events: Type.Array(JobEvent, { description: 'Oldest first; the latest 500' }),
});
export type JobDetail = Static<typeof JobDetail>;
