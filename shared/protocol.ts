/** The wire between the daemon and its clients: REST bodies. Those of the change feed are in feedMessages.ts. */
import Type, { type Static } from 'typebox';
import { FromStep } from './connection.ts';
import {
  Command,
  Job,
  JobStatus,
  NewStep,
  OutputProgress,
  Priority,
  Queue,
  QueueName,
  RateLimit,
  RetryPolicy,
  Trigger,
} from './job.ts';

import { Problem } from './messages/schema.ts';
import { type FacetName, facetNames, reportLimits } from './wire.ts';

export { feedHistory, logHeaders, protocolVersion } from './wire.ts';

/** An id of a job, a schedule or a group. */
export const JobId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

/** How long a job may run. */
export const TimeLimit = Type.Integer({ minimum: 1000, maximum: 366 * 86_400_000, description: 'Milliseconds' });

const { attempts, ...retryDefaults } = RetryPolicy.properties;
/** A retry policy as it is asked for: every 10 s, or exponential with full jitter, up to 10 min, unless it says more. */
export const RetryRequestPolicy = Type.Object(
  { attempts, ...Type.Partial(Type.Object(retryDefaults)).properties },
  { additionalProperties: false },
);
export type RetryRequestPolicy = Static<typeof RetryRequestPolicy>;

/** `POST /v1/jobs`. `env` is the submitter's environment; without it the daemon's own is used. */
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
    notBefore: Type.Optional(Type.String({ format: 'date-time', description: 'It starts then at the earliest' })),
    after: Type.Optional(Type.Array(JobId, { maxItems: 100, description: 'It starts when these have completed' })),
    afterAny: Type.Optional(Type.Array(JobId, { maxItems: 100, description: 'It starts when these have ended' })),
    retry: Type.Optional(RetryRequestPolicy),
    timeLimitMs: Type.Optional(TimeLimit),
    hold: Type.Optional(Type.Boolean({ description: 'It waits until it is released' })),
    input: Type.Optional(Type.Unknown()),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    workspace: Type.Optional(Type.String({ maxLength: 4096 })),
    createdBy: Type.Optional(Type.String({ maxLength: 300 })),
    group: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Name of the group it belongs to, which is made when there is none of that name',
      }),
    ),
    weight: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: 'In the progress of its group; 1 unless given' }),
    ),
    groupConcurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'Of its group: jobs in line or running at most' }),
    ),
    outputProgress: Type.Optional(OutputProgress),
    steps: Type.Optional(
      Type.Array(NewStep, {
        maxItems: reportLimits.steps,
        description: 'Its parts, which each attempt has to begin with; see `POST /v1/jobs/:id/step`',
      }),
    ),
    stdin: Type.Optional(Type.Boolean({ description: 'It can be sent input while it runs; otherwise it has none' })),
    idempotencyKey: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'When a job has it already, that job is the answer (200 instead of 201) and nothing is started',
      }),
    ),
  },
  { additionalProperties: false },
);
export type SubmitRequest = Static<typeof SubmitRequest>;

/** `GET /v1/jobs/:id`: with `resources=1` it says what the job uses, which takes a moment the first time. */
export const DetailQuery = Type.Object(
  { resources: Type.Optional(Type.Integer({ minimum: 0, maximum: 1 })) },
  { additionalProperties: false },
);
export type DetailQuery = Static<typeof DetailQuery>;

/**
 * `POST /v1/jobs/:id/retry`: with `command` the new attempt runs that instead, from then on; with `fromStep`, which engines
 * beyond this machine may know, it begins with that step.
 */
export const RetryRequest = Type.Object(
  { command: Type.Optional(Command), fromStep: Type.Optional(FromStep) },
  { additionalProperties: false },
);
export type RetryRequest = Static<typeof RetryRequest>;

const FilterValue = Type.String({ minLength: 1, maxLength: 4096 });
const Filter = Type.Optional(FilterValue);
/** In an address the parameter is repeated: `type=build&type=test`. */
const Filters = Type.Optional(
  Type.Union([FilterValue, Type.Array(FilterValue, { minItems: 1, maxItems: 100 })], {
    description: 'One, or several by repeating it',
  }),
);
const Moment = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 40,
    description: 'ISO 8601, or words such as `2 days ago`; see shared/when.ts',
  }),
);

/**
 * `GET /v1/jobs`: newest first by creation unless sorted otherwise. All given filters apply together. `since` and
 * `until` are of the creation; a day named as `until` is included. Sorted by `endedAt` or `duration`, jobs
 * that have none come after the others; with `order=asc` before them. With `endedSince` or `endedUntil` they are those
 * that ended then, and sorted by `endedAt`.
 */
export const ListQuery = Type.Object(
  {
    status: Type.Optional(Type.String({ description: 'One or several statuses, separated by commas' })),
    trigger: Type.Optional(Type.String({ description: 'One or several, separated by commas' })),
    priority: Type.Optional(Type.String({ description: 'One or several, separated by commas' })),
    type: Filters,
    engine: Filters,
    connection: Filters,
    queue: Filters,
    parent: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'Id or name of a group' })),
    schedule: Filter,
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
        description: 'Words that title, command, message or error all have; the last may be the beginning of one',
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
  total: Type.Integer({ description: 'Jobs of the filter; when not exact, there are as many or more' }),
  totalIsExact: Type.Boolean(),
});
export type JobList = Static<typeof JobList>;

/**
 * `GET /v1/stats`: finished jobs by the day of their end. Days are UTC, and always whole: from that of `since` (30 days
 * ago unless given) to that of `until` (today).
 */
export const StatsQuery = Type.Object({ since: Moment, until: Moment, type: Filter }, { additionalProperties: false });
export type StatsQuery = Static<typeof StatsQuery>;

const FacetValues = Type.Array(Type.Object({ value: Type.String(), jobs: Type.Integer() }));

const StatsCounts = {
  jobs: Type.Integer({ description: 'Jobs that ended' }),
  completed: Type.Integer(),
  failed: Type.Integer(),
  cancelled: Type.Integer(),
  lost: Type.Integer(),
};
const MsOrNull = Type.Union([Type.Integer(), Type.Null()]);

/**
 * Durations are of the latest attempt of each job that ran, however it ended, in milliseconds. Percentiles are by
 * nearest rank over durations cut to their first two digits (12,345 counts as 12,000), so up to a tenth too low.
 */
export const StatsFigures = Type.Object({
  ...StatsCounts,
  successRate: Type.Union([Type.Number(), Type.Null()], {
    description: 'Share of completed among those completed, failed and lost; null when there are none',
  }),
  totalMs: Type.Integer({ description: 'Total processing time' }),
  averageMs: MsOrNull,
  p50Ms: MsOrNull,
  p95Ms: MsOrNull,
});
export type StatsFigures = Static<typeof StatsFigures>;

export const Stats = Type.Object({
  since: Type.String({ description: 'Beginning of the first day' }),
  until: Type.String({ description: 'End of the last day' }),
  active: Type.Object({ pending: Type.Integer(), waiting: Type.Integer(), running: Type.Integer() }),
  ...StatsFigures.properties,
  types: Type.Array(Type.Object({ type: Type.String(), ...StatsFigures.properties }), {
    description: 'Most jobs first',
  }),
  days: Type.Array(Type.Object({ day: Type.String(), ...StatsCounts, totalMs: Type.Integer() }), {
    description: 'Throughput of the days on which jobs ended, oldest first',
  }),
});
export type Stats = Static<typeof Stats>;

/** `GET /v1/facets`: the values that jobs have of what they can be filtered by, each with its number of jobs, most first. */
export const Facets = Type.Object(
  Object.fromEntries(facetNames.map((name) => [name, FacetValues])) as Record<FacetName, typeof FacetValues>,
);
export type Facets = Static<typeof Facets>;

/** `POST /v1/jobs/clear`: removes every finished job (or those of `status`) with its logs. */
export const ClearRequest = Type.Object(
  { status: Type.Optional(Type.Array(JobStatus)) },
  { additionalProperties: false },
);
export type ClearRequest = Static<typeof ClearRequest>;
export const ClearReply = Type.Object({ removed: Type.Integer() });
export type ClearReply = Static<typeof ClearReply>;

/** `GET /v1/queues`: by name. */
export const QueueList = Type.Object({ queues: Type.Array(Queue) });
export type QueueList = Static<typeof QueueList>;

/** `PUT /v1/queues/:name`: makes the queue when there is none; what is left out stays as it is. */
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
 * `POST /v1/jobs/clean`: removes finished jobs, with their logs, that ended before `olderThan`, and those beyond the
 * latest `keep`; with neither, those beyond the settings. With `dryRun` it only counts them.
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

/** `POST /v1/jobs/:id/input`: sends text to the program of a job that was submitted with `stdin`, or ends its input. */
export const InputRequest = Type.Object(
  {
    text: Type.Optional(Type.String({ maxLength: 65_536, description: 'As it is: a line needs its line feed' })),
    end: Type.Optional(Type.Boolean({ description: 'Nothing follows: the program reads the end of its input' })),
  },
  { additionalProperties: false },
);
export type InputRequest = Static<typeof InputRequest>;

/** What became of it. A program that does not read as fast takes a part; send the rest again. */
export const InputReply = Type.Object({
  taken: Type.Integer({ description: 'Characters (UTF-16 units) of the text that were sent; the rest was not' }),
  ended: Type.Boolean({ description: 'Its input is over; not so when a part of the text was not taken' }),
});
export type InputReply = Static<typeof InputReply>;

/** `POST /v1/jobs/:id/force-fail`: ends a job as failed, whatever it does; its processes are killed where they can be. */
export const ForceFailRequest = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })) },
  { additionalProperties: false },
);
export type ForceFailRequest = Static<typeof ForceFailRequest>;

/** `POST /v1/recovery/emergency-cleanup`: force-fails everything that has not ended. Refused without `confirm`. */
export const EmergencyRequest = Type.Object(
  { confirm: Type.Optional(Type.Boolean()), reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })) },
  { additionalProperties: false },
);
export type EmergencyRequest = Static<typeof EmergencyRequest>;
export const EmergencyReply = Type.Object({ failed: Type.Array(Type.String(), { description: 'Ids' }) });
export type EmergencyReply = Static<typeof EmergencyReply>;

/**
 * `GET /v1/jobs/:id/attempts/:n/log` answers with the raw bytes from `offset` (negative: from the end), at most
 * `limit`. With `wait` it holds the answer until there are bytes beyond `offset`, the attempt has ended, or that many
 * milliseconds are over; asking again with the new offset follows a log without missing or buffering anything.
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

/** `POST /v1/daemon/stop`: answered first, then the daemon stops; jobs run on. */
export const StopRequest = Type.Object(
  { reason: Type.Optional(Type.Enum(['stop', 'handover'])) },
  { additionalProperties: false },
);
export type StopRequest = Static<typeof StopRequest>;
export const StopReply = Type.Object({ reason: Type.Enum(['stop', 'handover']) });
export type StopReply = Static<typeof StopReply>;

/** Something the user should know about the daemon itself, such as a full disk. */
export const Warning = Problem;
export type Warning = Problem;

export const Health = Type.Object({
  status: Type.Enum(['ok', 'degraded']),
  version: Type.String(),
  protocol: Type.Integer(),
  pid: Type.Integer(),
  port: Type.Integer(),
  home: Type.String(),
  startedAt: Type.String(),
  jobs: Type.Record(JobStatus, Type.Integer()),
  oldestWaiting: Type.Union([Type.Object({ id: Type.String(), queuedAt: Type.String() }), Type.Null()], {
    description: 'The job that waits for its start the longest',
  }),
  lastCleanUp: Type.Union([Type.Object({ at: Type.String(), removed: Type.Integer() }), Type.Null()], {
    description: 'When jobs that are no longer kept were last removed, and how many',
  }),
  stale: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), lastActivityAt: Type.String() }), {
    description: 'Running jobs that have not been heard of for a while, longest first; at most 20',
  }),
  queues: Type.Array(Queue),
  engines: Type.Array(Type.Object({ name: Type.String(), running: Type.Integer() })),
  schedules: Type.Object({ enabled: Type.Integer(), nextRunAt: Type.Union([Type.String(), Type.Null()]) }),
  databaseBytes: Type.Integer(),
  clients: Type.Integer({ description: 'Subscribers of the change feed' }),
  warnings: Type.Array(Warning),
});
export type Health = Static<typeof Health>;

/** `daemon.json` in the daemon's home (0600): how clients find it. */
export const DaemonInfo = Type.Object({
  pid: Type.Integer(),
  port: Type.Integer(),
  token: Type.String(),
  version: Type.String(),
  protocol: Type.Integer(),
  startedAt: Type.String(),
});
export type DaemonInfo = Static<typeof DaemonInfo>;

/** The one line a starting daemon prints on stdout. */
export type StartLine = { ready: DaemonInfo } | { error: Problem };
