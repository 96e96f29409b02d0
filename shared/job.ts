/**
 * Schemas of jobs and their parts. The database, the API, the code and the screen use the same words.
 * Times in the API are ISO 8601 UTC strings with milliseconds.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { keyText } from './keyText.ts';
import { Message, Problem } from './messages/schema.ts';
import { attemptStatuses, cancelSignals, jobStatuses, priorities, triggers, waitReasons } from './vocabulary.ts';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });
const Json = Type.Unknown({ description: 'Any JSON value' });

export const JobStatus = Type.Enum(jobStatuses);
export type JobStatus = Static<typeof JobStatus>;

export const WaitReason = Type.Enum(waitReasons);
export type WaitReason = Static<typeof WaitReason>;

export const Trigger = Type.Enum(triggers);
export type Trigger = Static<typeof Trigger>;

export const Priority = Type.Enum(priorities);
export type Priority = Static<typeof Priority>;

export const AttemptStatus = Type.Enum(attemptStatuses);
export type AttemptStatus = Static<typeof AttemptStatus>;

export const CancelSignal = Type.Enum(cancelSignals);
export type CancelSignal = Static<typeof CancelSignal>;

const Limit = nullable(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }));

/** A limit of getrlimit(2) in its own unit: bytes, seconds, microseconds (`rttime`) or a number. Null for no limit. */
export const ResourceLimit = Type.Object({ soft: Limit, hard: Limit }, { additionalProperties: false });
export type ResourceLimit = Static<typeof ResourceLimit>;

/** The resource limits by the names that prlimit(1) gives them. */
export const limitNames = [
  'as',
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
] as const;
export type LimitName = (typeof limitNames)[number];

/** Settings that a process inherits when it is started. Omitted ones are the daemon's. */
export const ProcessSettings = Type.Object(
  {
    umask: Type.Optional(Type.Integer({ minimum: 0, maximum: 0o777, description: 'As a number: 18 is 022' })),
    nice: Type.Optional(Type.Integer({ minimum: -20, maximum: 19, description: 'Nice value' })),
    limits: Type.Optional(
      Type.Object(
        Object.fromEntries(limitNames.map((name) => [name, Type.Optional(ResourceLimit)])) as Record<
          LimitName,
          Type.TOptional<typeof ResourceLimit>
        >,
        { additionalProperties: false, description: 'Resource limits, on Linux' },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ProcessSettings = Static<typeof ProcessSettings>;

export const Level = Type.Enum(['info', 'warning', 'error']);
export type Level = Static<typeof Level>;

/** `current` of `total` in the job's own unit. A `total` of null is unknown. */
export const Progress = Type.Object({
  current: Type.Number(),
  total: nullable(Type.Number()),
  message: nullable(Type.String()),
  phase: nullable(Type.String()),
  share: Type.Optional(
    nullable(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'The part of the whole job that is done; null if not known. Without it, `current` of `total`',
      }),
    ),
  ),
});
export type Progress = Static<typeof Progress>;

/**
 * What a test runner, compiler or interpreter said in its own words about the failure, such as "1 failed, 1 passed:
 * test_discount". `place` is the first place in a source file that it names, with the path as printed.
 */
export const Headline = Type.Object({
  text: Type.String(),
  place: nullable(
    Type.Object({
      file: Type.String(),
      line: Type.Integer({ minimum: 1 }),
      column: nullable(Type.Integer({ minimum: 1 })),
    }),
  ),
});
export type Headline = Static<typeof Headline>;

/**
 * Why a job failed. `code` is one of `jobErrors` in errors.ts; `details` is the end of its output, or a traceback.
 * There is no `headline` if no known program reported the failure.
 */
export const JobError = Type.Object({
  ...Problem.properties,
  details: nullable(Type.String()),
  headline: Type.Optional(nullable(Headline)),
});
export type JobError = Static<typeof JobError>;

/** A tag of a job. */
export const Tag = Type.String({
  pattern: '^(?:[^\\s,\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff]){1,50}$',
  description: '1 to 50 characters without whitespace, commas and control characters',
});
export const Tags = Type.Array(Tag, { maxItems: 20 });

export const queueNamePattern = '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$';
export const QueueName = Type.String({ pattern: queueNamePattern });

/** At most `count` starts in any period of `periodMs` milliseconds. */
export const RateLimit = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 10_000 }),
    periodMs: Type.Integer({ minimum: 100, maximum: 31 * 86_400_000 }),
  },
  { additionalProperties: false },
);
export type RateLimit = Static<typeof RateLimit>;

/** A queue with its settings and its numbers of running and waiting jobs. */
export const Queue = Type.Object({
  name: QueueName,
  concurrency: nullable(Type.Integer({ description: 'Maximum number of jobs running at once; null for no limit' })),
  rate: nullable(RateLimit),
  paused: Type.Boolean({ description: 'Running jobs continue, but no others start' }),
  timeLimitMs: nullable(Type.Integer({ description: 'Timeout of jobs without their own; null for none' })),
  cancelAllowed: Type.Boolean({ description: 'Whether its jobs may be cancelled' }),
  retryAllowed: Type.Boolean({ description: 'Whether its jobs may be retried' }),
  throttled: Type.Boolean({ description: 'Whether it has a rate limit' }),
  running: Type.Integer(),
  waiting: Type.Integer(),
});
export type Queue = Static<typeof Queue>;

/** What to run: either a program with its arguments, or a line for a shell. */
export const Command = Type.Union([
  Type.Object({ argv: Type.Array(Type.String(), { minItems: 1 }) }, { additionalProperties: false }),
  Type.Object({ shell: Type.String({ minLength: 1, maxLength: 131072 }) }, { additionalProperties: false }),
]);
export type Command = Static<typeof Command>;

/** Whether an action is currently possible; `reason` says why not. */
export const Capability = Type.Object({ allowed: Type.Boolean(), reason: nullable(Message) });
export type Capability = Static<typeof Capability>;

/**
 * Actions on a job. `retry` adds an attempt, also to a completed job; `start` ends its wait; `input` sends text to its
 * program.
 */
export const Capabilities = Type.Object({
  cancel: Capability,
  retry: Capability,
  remove: Capability,
  pause: Capability,
  resume: Capability,
  hold: Capability,
  release: Capability,
  start: Capability,
  priority: Capability,
  input: Capability,
  forceFail: Capability,
});
export type Capabilities = Static<typeof Capabilities>;
export type JobAction = keyof Capabilities;

/** Numbers of a group's jobs by status. All are zero once the jobs have been removed. */
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

/** A job in a definition file. */
export const DefinitionRef = Type.Object(
  {
    file: Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute path of the `jobs.json`' }),
    name: Type.String({ minLength: 1, maxLength: 100, description: 'Name of the job in the file' }),
  },
  { additionalProperties: false },
);
export type DefinitionRef = Static<typeof DefinitionRef>;

/** A job in lists and in the change feed, without environment, logs or large JSON. */
export const Job = Type.Object({
  id: Type.String(),
  title: Type.String(),
  type: Type.String({
    description: 'The kind of job, any text such as `build`, by which history and statistics are grouped',
  }),
  status: JobStatus,
  waitReason: nullable(WaitReason),
  waitUntil: nullable(Type.String({ format: 'date-time', description: 'When it stops waiting, if known' })),
  waitDetail: nullable(Message),
  trigger: Trigger,
  engine: Type.String(),
  connection: nullable(Type.String({ description: 'The connection of a remote job' })),
  externalId: nullable(Type.String({ description: 'ID of a remote job at its engine' })),
  worker: nullable(Type.String({ description: 'The worker that runs a remote job' })),
  queue: Type.String(),
  priority: Priority,
  commandLine: nullable(
    Type.String({ description: 'The command as one line, for display; truncated to 1,000 characters' }),
  ),
  cwd: nullable(Type.String()),
  workspace: nullable(Type.String({ description: 'The folder of the editor or terminal that submitted it' })),
  createdBy: nullable(Type.String()),
  tags: Type.Array(Type.String()),
  definition: nullable({ ...DefinitionRef, description: 'The definition it came from' }),
  parentId: nullable(Type.String()),
  scheduleId: nullable(Type.String()),
  children: nullable(Children),
  progress: nullable(Progress),
  usualMs: nullable(
    Type.Integer({
      description: 'How long jobs of its definition, or with its command, usually take, as of its start',
    }),
  ),
  error: nullable(JobError),
  attempt: Type.Integer({ description: 'Number of the latest attempt, from 1; 0 before the first' }),
  exitCode: nullable(Type.Integer({ description: '128+n if signal n ended it' })),
  signal: nullable(Type.String({ description: 'Name of the signal that ended it, such as SIGTERM' })),
  leftoverCount: Type.Integer({ description: 'Number of processes of ended attempts that are still running' }),
  cancelRequestedAt: nullable(Time),
  pausedAt: nullable(Time),
  createdAt: Time,
  queuedAt: Time,
  startedAt: nullable(Time),
  lastActivityAt: Time,
  endedAt: nullable(Time),
  capabilities: Capabilities,
  rev: Type.Integer({ description: 'Revision of its last change' }),
});
export type Job = Static<typeof Job>;

/** CPU and memory in use by all processes of a running job. */
export const Resources = Type.Object({
  cpuPercent: Type.Number({ description: '100 is one CPU core' }),
  memoryBytes: Type.Integer(),
  peakMemoryBytes: Type.Integer({ description: 'Peak memory of this attempt so far' }),
  processes: Type.Integer(),
});
export type Resources = Static<typeof Resources>;

/** A process of an ended attempt that is still running. */
export const LeftoverProcess = Type.Object({
  pid: Type.Integer(),
  name: Type.String({ description: 'Name of its program' }),
});
export type LeftoverProcess = Static<typeof LeftoverProcess>;

export const Attempt = Type.Object({
  number: Type.Integer(),
  status: AttemptStatus,
  commandLine: nullable(Type.String()),
  pid: nullable(Type.Integer()),
  exitCode: nullable(Type.Integer()),
  signal: nullable(Type.String()),
  error: nullable(JobError),
  logBytes: nullable(Type.Integer({ description: 'Current size of its log; null without a log file' })),
  peakMemoryBytes: nullable(Type.Integer({ description: 'Peak memory, after the attempt has ended' })),
  killedAfterMs: nullable(
    Type.Integer({ description: 'Set if a cancel had to kill it: the time it had to end by itself' }),
  ),
  leftovers: Type.Array(LeftoverProcess, { description: 'Processes that run although it has ended, at most 100' }),
  createdAt: Time,
  startedAt: nullable(Time),
  endedAt: nullable(Time),
});
export type Attempt = Static<typeof Attempt>;

/** An entry of the timeline. */
export const JobEvent = Type.Object({
  id: Type.Integer(),
  at: Time,
  attempt: nullable(Type.Integer()),
  kind: Type.Enum(['status', 'message', 'progress']),
  level: Level,
  code: nullable(Type.String({ description: 'Code of the message; null for text written by a program' })),
  params: Type.Record(Type.String(), Type.Unknown()),
  message: Type.String(),
  context: Json,
});
export type JobEvent = Static<typeof JobEvent>;

export const StepStatus = Type.Enum(['pending', 'running', 'completed', 'failed', 'skipped']);
export type StepStatus = Static<typeof StepStatus>;

/**
 * A part of a job. The job's progress is the weighted sum of its steps, and so is the progress of a step that is the
 * `parentId` of others.
 */
export const Step = Type.Object({
  id: Type.String(),
  label: Type.String(),
  weight: Type.Number({ description: 'Weight relative to its siblings; 1 by default' }),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  status: StepStatus,
  parentId: nullable(Type.String()),
  startedAt: nullable(Time),
  endedAt: nullable(Time),
  kind: Type.Optional(Type.String({ description: 'Its kind at the engine, such as `sleep`' })),
  attempts: Type.Optional(Type.Integer()),
  output: Type.Optional(Json),
  error: Type.Optional(nullable(JobError)),
});
export type Step = Static<typeof Step>;

/** A job that another one runs after, once it has completed or, with `always`, whatever its outcome. */
export const Dependency = Type.Object({
  jobId: Type.String(),
  title: nullable(Type.String({ description: 'null if that job was removed' })),
  always: Type.Boolean(),
  met: Type.Boolean(),
});
export type Dependency = Static<typeof Dependency>;

/** When to retry a failed attempt automatically. Cancelling the job ends the retries. */
export const RetryPolicy = Type.Object(
  {
    attempts: Type.Integer({ minimum: 1, maximum: 100, description: 'Maximum number of retries' }),
    delayMs: Type.Integer({ minimum: 0, maximum: 31 * 86_400_000, description: 'Delay before the first retry' }),
    backoff: Type.Enum(['fixed', 'exponential']),
    maxDelayMs: Type.Integer({ minimum: 0, maximum: 31 * 86_400_000 }),
    jitter: Type.Enum(['full', 'none'], { description: '`full`: a random time between zero and the delay' }),
    retryOn: nullable(
      Type.Array(Type.Integer({ minimum: 1, maximum: 4_294_967_295 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Exit codes to retry; null for all failures',
      }),
    ),
  },
  { additionalProperties: false },
);
export type RetryPolicy = Static<typeof RetryPolicy>;

/** Identifies a step within its job. */
export const StepId = keyText({ minLength: 1, maxLength: 200 });

/** The declaration of a step. */
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

/** How to read progress from a job's output: by a regular expression, in the common forms (null), or not at all (false). */
export const OutputProgress = nullable(
  Type.Union([
    Type.Literal(false),
    Type.Object(
      {
        pattern: Type.String({
          minLength: 1,
          maxLength: 500,
          description: 'Matched line by line, with groups named current, total, percent, message, phase',
        }),
      },
      { additionalProperties: false },
    ),
  ]),
);
export type OutputProgress = Static<typeof OutputProgress>;

/** Everything about a job except its environment and logs. */
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
  timeLimitMs: nullable(Type.Integer({ description: 'Timeout; null if the one of its queue applies' })),
  weight: Type.Number({ description: 'Weight in the progress of its group' }),
  groupConcurrency: nullable(
    Type.Integer({
      description: 'Maximum number of a group’s jobs that are queued or running at once; null for no limit',
    }),
  ),
  outputProgress: OutputProgress,
  process: nullable(ProcessSettings),
  stopSignal: nullable(CancelSignal),
  attempts: Type.Array(Attempt),
  events: Type.Array(JobEvent, { description: 'The latest 500 entries, oldest first' }),
});
export type JobDetail = Static<typeof JobDetail>;
