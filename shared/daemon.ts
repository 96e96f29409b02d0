/** The daemon itself: its health, its warnings, the file by which clients find it, and how it is stopped. */
import Type, { type Static } from 'typebox';
import { JobStatus, Queue } from './job.ts';
import { Problem } from './messages/schema.ts';

/** `POST /v1/daemon/stop`: replies, then stops the daemon. Running jobs continue. */
export const StopRequest = Type.Object(
  { reason: Type.Optional(Type.Enum(['stop', 'handover'])) },
  { additionalProperties: false },
);
export type StopRequest = Static<typeof StopRequest>;
export const StopReply = Type.Object({ reason: Type.Enum(['stop', 'handover']) });
export type StopReply = Static<typeof StopReply>;

/** A problem of the daemon itself, such as a full disk. */
export const Warning = Problem;
export type Warning = Problem;

export const HealthQuery = Type.Object(
  {
    logs: Type.Optional(
      Type.Literal('1', { description: 'Measures the logs, which takes longer with a long history' }),
    ),
  },
  { additionalProperties: false },
);

export const Health = Type.Object({
  status: Type.Enum(['ok', 'degraded']),
  version: Type.String(),
  protocol: Type.Integer(),
  pid: Type.Integer(),
  port: Type.Integer(),
  home: Type.String(),
  startedAt: Type.String(),
  starting: Type.Optional(
    Type.Object(
      { found: Type.Integer(), total: Type.Integer() },
      { description: 'Only while the daemon starts: how many running jobs of the last daemon it has found again' },
    ),
  ),
  jobs: Type.Record(JobStatus, Type.Integer()),
  oldestWaiting: Type.Union([Type.Object({ id: Type.String(), queuedAt: Type.String() }), Type.Null()], {
    description: 'The job that has been waiting the longest',
  }),
  lastCleanUp: Type.Union([Type.Object({ at: Type.String(), removed: Type.Integer() }), Type.Null()], {
    description: 'When old jobs were last removed automatically, and how many',
  }),
  stale: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), lastActivityAt: Type.String() }), {
    description: 'Running jobs without recent activity, longest first; at most 20',
  }),
  queues: Type.Array(Queue),
  engines: Type.Array(Type.Object({ name: Type.String(), running: Type.Integer() })),
  schedules: Type.Object({ enabled: Type.Integer(), nextRunAt: Type.Union([Type.String(), Type.Null()]) }),
  cancelGraceMs: Type.Optional(
    Type.Integer({ description: 'Milliseconds that a cancelled job has to stop before it is killed' }),
  ),
  databaseBytes: Type.Integer(),
  clients: Type.Integer({ description: 'Subscribers of the change feed' }),
  disk: Type.Union([Type.Object({ freeBytes: Type.Number(), totalBytes: Type.Number() }), Type.Null()], {
    description: 'The disk of the home',
  }),
  largestLogs: Type.Optional(
    Type.Array(
      Type.Object({
        path: Type.String(),
        jobId: Type.String(),
        bytes: Type.Integer(),
        title: Type.Union([Type.String(), Type.Null()], { description: 'Null if the job is not known' }),
      }),
      { description: 'With `logs=1`: the logs that take the most space, at most 5' },
    ),
  ),
  logBytes: Type.Optional(Type.Integer({ description: 'With `logs=1`: the space that all logs take' })),
  warnings: Type.Array(Warning),
});
export type Health = Static<typeof Health>;

/** `daemon.json` in the daemon's home (0600), by which clients find the daemon. */
export const DaemonInfo = Type.Object({
  pid: Type.Integer(),
  port: Type.Integer(),
  token: Type.String(),
  version: Type.String(),
  protocol: Type.Integer(),
  startedAt: Type.String(),
});
export type DaemonInfo = Static<typeof DaemonInfo>;

/** The only line that a starting daemon prints to stdout. */
export type StartLine = { ready: DaemonInfo } | { error: Problem };
