/** Bodies of REST requests and replies on jobs, queues and logs. The messages of the change feed are in feedMessages.ts. */
import Type, { type Static } from 'typebox';
import { FromStep } from './connection.ts';
import {
  CancelSignal,
  Command,
  DefinitionRef,
  Job,
  JobStatus,
  NewStep,
  OutputProgress,
  Priority,
  ProcessSettings,
  Queue,
  QueueName,
  RateLimit,
  RetryPolicy,
  Tags,
  Trigger,
} from './job.ts';
import { keyText } from './keyText.ts';
import { type FacetName, facetNames, reportLimits } from './wire.ts';

export { feedHistory, logHeaders, protocolVersion } from './wire.ts';

/** The ID of a job, a schedule or a group. */
export const JobId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

/** How long a job may run. */
export const TimeLimit = Type.Integer({ minimum: 1000, maximum: 366 * 86_400_000, description: 'Milliseconds' });

const { attempts, ...retryDefaults } = RetryPolicy.properties;
/** A retry policy in a request. Defaults: every 10 s, or exponential with full jitter, up to 10 min. */
export const RetryRequestPolicy = Type.Object(
  { attempts, ...Type.Partial(Type.Object(retryDefaults)).properties },
  { additionalProperties: false },
);
export type RetryRequestPolicy = Static<typeof RetryRequestPolicy>;

/** `POST /v1/jobs`. `env` is the submitter's environment; without it the daemon's environment is used. */
export const SubmitRequest = Type.Object(
  {
    command: Command,
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    type: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    cwd: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute path' })),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
    trigger: Type.Optional(Trigger),
    queue: Type.Optional(QueueName),
    priority: Type.Optional(Priority),
    notBefore: Type.Optional(Type.String({ format: 'date-time', description: 'Earliest start' })),
    after: Type.Optional(Type.Array(JobId, { maxItems: 100, description: 'Starts after these jobs complete' })),
    afterAny: Type.Optional(
      Type.Array(JobId, { maxItems: 100, description: 'Starts after these jobs finish, whatever their outcome' }),
    ),
    retry: Type.Optional(RetryRequestPolicy),
    timeLimitMs: Type.Optional(TimeLimit),
    hold: Type.Optional(Type.Boolean({ description: 'Holds the job until it is released' })),
    input: Type.Optional(Type.Unknown()),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    workspace: Type.Optional(Type.String({ maxLength: 4096 })),
    createdBy: Type.Optional(Type.String({ maxLength: 300 })),
    tags: Type.Optional(Tags),
    definition: Type.Optional({ ...DefinitionRef, description: 'The definition it comes from' }),
    group: Type.Optional(
      keyText({
        minLength: 1,
        maxLength: 200,
        description: 'Name of its group, which is created if it does not exist',
      }),
    ),
    weight: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1e6,
        description: 'Weight in the progress of its group; 1 by default',
      }),
    ),
    groupConcurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Maximum number of its group’s jobs that are queued or running at once',
      }),
    ),
    outputProgress: Type.Optional(OutputProgress),
    steps: Type.Optional(
      Type.Array(NewStep, {
        maxItems: reportLimits.steps,
        description: 'Its steps, pending at the start of each attempt; see `POST /v1/jobs/:id/step`',
      }),
    ),
    process: Type.Optional(ProcessSettings),
    stopSignal: Type.Optional({
      ...CancelSignal,
      description: 'The signal by which a cancel or its timeout asks it to stop; SIGTERM by default',
    }),
    stdin: Type.Optional(
      Type.Boolean({ description: 'Whether it accepts input while it runs; otherwise its standard input is empty' }),
    ),
    idempotencyKey: Type.Optional(
      keyText({
        minLength: 1,
        maxLength: 200,
        description: 'If a job with this key exists, the reply is that job (200 instead of 201) and nothing is started',
      }),
    ),
  },
  { additionalProperties: false },
);
export type SubmitRequest = Static<typeof SubmitRequest>;

/** `GET /v1/jobs/resolve`: in the address the parameter is repeated: `ref=@&ref=4k9x`. */
const JobRef = Type.String({
  minLength: 1,
  maxLength: 300,
  description:
    'An ID, a unique prefix of one, `@` for the latest job or `@2` for the one before, a unique title, or the name of a group',
});
export const ResolveQuery = Type.Object(
  { ref: Type.Union([JobRef, Type.Array(JobRef, { minItems: 1, maxItems: 1000 })]) },
  { additionalProperties: false },
);
export type ResolveQuery = Static<typeof ResolveQuery>;
export const ResolveReply = Type.Object({
  ids: Type.Array(Type.String(), { description: 'In the order of the references' }),
});
export type ResolveReply = Static<typeof ResolveReply>;

/** `GET /v1/jobs/:id`. `resources=1` adds the CPU and memory in use, which takes a moment the first time. */
export const DetailQuery = Type.Object(
  { resources: Type.Optional(Type.Integer({ minimum: 0, maximum: 1 })) },
  { additionalProperties: false },
);
export type DetailQuery = Static<typeof DetailQuery>;

/**
 * `POST /v1/jobs/:id/cancel`. By default the job gets its `stopSignal`, and is killed if it is still running after a grace
 * period. With `signal`, only that signal is sent, which the program may handle as it likes; a later cancel without it
 * stops the job. With `signal` and `kill`, the job is stopped beginning with that signal.
 */
export const CancelRequest = Type.Object(
  { signal: Type.Optional(CancelSignal), kill: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type CancelRequest = Static<typeof CancelRequest>;

/**
 * `POST /v1/jobs/:id/retry`. `command` replaces the job's command from this attempt on. `fromStep`, which some remote
 * engines support, starts the attempt from that step.
 */
export const RetryRequest = Type.Object(
  { command: Type.Optional(Command), fromStep: Type.Optional(FromStep) },
  { additionalProperties: false },
);
export type RetryRequest = Static<typeof RetryRequest>;

const FilterValue = Type.String({ minLength: 1, maxLength: 4096 });
export const Filter = Type.Optional(FilterValue);
/** To give several values, repeat the parameter: `type=build&type=test`. */
const Filters = Type.Optional(
  Type.Union([FilterValue, Type.Array(FilterValue, { minItems: 1, maxItems: 100 })], {
    description: 'Can be repeated',
  }),
);
export const Moment = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 40,
    description: 'ISO 8601, or words such as `2 days ago`',
  }),
);

/**
 * `GET /v1/jobs`: newest first by creation by default. All given filters apply together. `since` and `until` refer to the
 * creation; if `until` is a day, that day is included. Jobs without an `endedAt` or `duration` come last when the list is
 * sorted by it, or first with `order=asc`. `endedSince` and `endedUntil` refer to the end, and sort by `endedAt`.
 */
export const ListQuery = Type.Object(
  {
    status: Type.Optional(
      Type.String({ description: 'Statuses, separated by commas; also `paused` (running) and `held` (waiting)' }),
    ),
    trigger: Type.Optional(
      Type.String({ description: 'Triggers, separated by commas; also `backfill` for `retrospective`' }),
    ),
    priority: Type.Optional(Type.String({ description: 'Priorities, separated by commas' })),
    type: Filters,
    engine: Filters,
    connection: Filters,
    queue: Filters,
    parent: Type.Optional(
      Type.String({ minLength: 1, maxLength: 4096, description: 'Reference to a group; see `GET /v1/jobs/resolve`' }),
    ),
    schedule: Filter,
    tag: Filters,
    workspace: Filters,
    createdBy: Filter,
    since: Moment,
    until: Moment,
    endedSince: Moment,
    endedUntil: Moment,
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description:
          'Words to find in the title, command, message or error; all must occur, and the last one may be incomplete',
      }),
    ),
    sort: Type.Optional(Type.Enum(['createdAt', 'endedAt', 'duration'])),
    order: Type.Optional(Type.Enum(['desc', 'asc'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
);
export type ListQuery = Static<typeof ListQuery>;

export const JobList = Type.Object({
  jobs: Type.Array(Job),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  total: Type.Integer({ description: 'Number of matching jobs; a lower bound if not exact' }),
  totalIsExact: Type.Boolean(),
});
export type JobList = Static<typeof JobList>;

const FacetValues = Type.Array(Type.Object({ value: Type.String(), jobs: Type.Integer() }));

/** `GET /v1/facets`: the values of each filter with their numbers of jobs, most jobs first. */
export const Facets = Type.Object(
  Object.fromEntries(facetNames.map((name) => [name, FacetValues])) as Record<FacetName, typeof FacetValues>,
);
export type Facets = Static<typeof Facets>;

/** `POST /v1/jobs/clear`: removes all finished jobs, or those with a `status`, and their logs. */
export const ClearRequest = Type.Object(
  { status: Type.Optional(Type.Array(JobStatus)) },
  { additionalProperties: false },
);
export type ClearRequest = Static<typeof ClearRequest>;
export const ClearReply = Type.Object({ removed: Type.Integer() });
export type ClearReply = Static<typeof ClearReply>;

/** `GET /v1/queues`: sorted by name. */
export const QueueList = Type.Object({ queues: Type.Array(Queue) });
export type QueueList = Static<typeof QueueList>;

/** `PUT /v1/queues/:name`: creates or changes a queue. Omitted settings keep their values. */
export const QueueSettings = Type.Object(
  {
    concurrency: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), Type.Null()])),
    rate: Type.Optional(Type.Union([RateLimit, Type.Null()])),
    timeLimitMs: Type.Optional(Type.Union([TimeLimit, Type.Null()])),
    cancelAllowed: Type.Optional(Type.Boolean()),
    retryAllowed: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type QueueSettings = Static<typeof QueueSettings>;

/**
 * `POST /v1/jobs/clean`: removes finished jobs that ended before `olderThan` and those beyond the latest `keep`, and their
 * logs. Without either, the settings apply. With `dryRun` it only counts them.
 */
export const CleanRequest = Type.Object(
  {
    olderThan: Moment,
    keep: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e9 })),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type CleanRequest = Static<typeof CleanRequest>;
export const CleanReply = Type.Object({ removed: Type.Integer(), dryRun: Type.Boolean() });
export type CleanReply = Static<typeof CleanReply>;

/** `POST /v1/jobs/:id/input`: sends text to a job that was submitted with `stdin`, or ends its input. */
export const InputRequest = Type.Object(
  {
    text: Type.Optional(
      Type.String({ maxLength: 65_536, description: 'Sent unchanged, so a line must end with a line feed' }),
    ),
    end: Type.Optional(Type.Boolean({ description: 'Ends the input: the program reads an end of file' })),
  },
  { additionalProperties: false },
);
export type InputRequest = Static<typeof InputRequest>;

/** A program that reads slowly may accept only part of the text. Send the rest again. */
export const InputReply = Type.Object({
  taken: Type.Integer({ description: 'Characters (UTF-16 units) of the text that were sent' }),
  ended: Type.Boolean({ description: 'Whether the input ended; false if part of the text was not sent' }),
});
export type InputReply = Static<typeof InputReply>;

/**
 * `POST /v1/jobs/:id/force-fail`: marks a job as failed, whatever its state, and kills its processes if possible. Of a
 * finished job, it kills the processes that are still running.
 */
export const ForceFailRequest = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })) },
  { additionalProperties: false },
);
export type ForceFailRequest = Static<typeof ForceFailRequest>;

/** `POST /v1/jobs/:id/priority`. */
export const PriorityRequest = Type.Object({ priority: Priority }, { additionalProperties: false });
export type PriorityRequest = Static<typeof PriorityRequest>;

/** `POST /v1/recovery/emergency-cleanup`: force-fails all unfinished jobs. Requires `confirm`. */
export const EmergencyRequest = Type.Object(
  { confirm: Type.Optional(Type.Boolean()), reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })) },
  { additionalProperties: false },
);
export type EmergencyRequest = Static<typeof EmergencyRequest>;
export const EmergencyReply = Type.Object({ failed: Type.Array(Type.String(), { description: 'IDs of the jobs' }) });
export type EmergencyReply = Static<typeof EmergencyReply>;

/**
 * `GET /v1/jobs/:id/attempts/:n/log` returns at most `limit` raw bytes from `offset` (negative: from the end). With `wait`
 * it delays the reply until there are bytes beyond `offset`, the attempt has ended, or that many milliseconds have passed.
 * Repeating the request with the new offset follows a log without gaps or buffering.
 */
export const LogQuery = Type.Object(
  {
    offset: Type.Optional(Type.Integer({ default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 4194304, default: 262144 })),
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 60000, default: 0 })),
  },
  { additionalProperties: false },
);
export type LogQuery = Static<typeof LogQuery>;
