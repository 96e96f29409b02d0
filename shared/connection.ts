/** Connections to remote engines: their settings, their state, and what can be submitted to them. */
import Type, { type Static, type TSchema } from 'typebox';
import { Message, Problem } from './messages/schema.ts';
import { remoteEngines } from './vocabulary.ts';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const strict = { additionalProperties: false };
const Text = (description: string) => Type.Optional(Type.String({ maxLength: 500, description }));

/** Engines that run jobs outside Jobdeck. */
export const RemoteEngineName = Type.Enum(remoteEngines);
export type RemoteEngineName = Static<typeof RemoteEngineName>;

export const ConnectionName = Type.String({ pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,49}$' });

/** A URL that may contain a user and password. These are stored in a private file of the daemon and never shown. */
const Address = Type.String({ minLength: 1, maxLength: 2000 });

/**
 * All names that can be configured in Celery, with their defaults. Sources: kombu/transport/redis.py,
 * kombu/transport/virtual, celery/app/defaults.py.
 */
export const CelerySettings = Type.Object(
  {
    resultBackend: Type.Optional(
      Type.String({
        maxLength: 2000,
        description: 'URL of the result backend; defaults to the broker if that is Redis',
      }),
    ),
    queues: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        maxItems: 200,
        description: 'Queues to watch in addition to the queues of the workers; `celery` by default',
      }),
    ),
    keyPrefix: Text('`global_keyprefix` of the broker'),
    resultKeyPrefix: Text('`global_keyprefix` of the result backend'),
    resultPrefix: Text('Prefix of result keys; `celery-task-meta-` by default'),
    fanoutPrefix: Text('Prefix of channels, with {db}; `/{db}.` by default'),
    separator: Text('Separator between queue and priority; \\u0006\\u0016 by default'),
    prioritySteps: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { minItems: 1, maxItems: 10 })),
    eventExchange: Text('`celeryev` by default'),
    controlExchange: Text('`celery` by default'),
    enableEvents: Type.Optional(
      Type.Boolean({ description: 'Whether to enable events on workers that send none; true by default' }),
    ),
  },
  strict,
);
export type CelerySettings = Static<typeof CelerySettings>;

export const InngestSettings = Type.Object(
  {
    signingKey: Text('Signing key or API key; not needed for a dev server'),
    eventKey: Text('Key for sending events; a dev server accepts any'),
    lookBackHours: Type.Optional(
      Type.Number({
        minimum: 0.1,
        maximum: 744,
        description: 'How far back to list runs at first; 24 by default',
      }),
    ),
  },
  strict,
);
export type InngestSettings = Static<typeof InngestSettings>;

const common = {
  url: Address,
  readOnly: Type.Optional(
    Type.Boolean({ description: 'Whether submitting, cancelling and retrying jobs is disabled' }),
  ),
};

/** The settings of a connection, in requests and in storage. */
export const ConnectionSettings = Type.Union([
  Type.Object({ engine: Type.Literal('celery'), ...common, settings: Type.Optional(CelerySettings) }, strict),
  Type.Object({ engine: Type.Literal('inngest'), ...common, settings: Type.Optional(InngestSettings) }, strict),
]);
export type ConnectionSettings = Static<typeof ConnectionSettings>;

/** `unreachable`: it does not respond, and is retried automatically; `refused`: it responds, but denies access. */
export const ConnectionState = Type.Enum(['connecting', 'connected', 'unreachable', 'refused']);
export type ConnectionState = Static<typeof ConnectionState>;

/** A process that runs an engine's jobs. */
export const Worker = Type.Object({
  name: Type.String(),
  online: Type.Boolean(),
  active: nullable(Type.Integer({ description: 'Number of jobs it is running' })),
  concurrency: nullable(Type.Integer({ description: 'Maximum number of jobs running at once' })),
  processed: nullable(Type.Integer()),
  pool: nullable(Type.String({ description: 'Type of its worker pool, such as `prefork`' })),
  version: nullable(Type.String()),
  load: nullable(Type.Array(Type.Number(), { description: 'Load average of its machine over 1, 5 and 15 minutes' })),
  queues: Type.Array(Type.String()),
  seenAt: nullable(Type.String({ format: 'date-time', description: 'When it was last seen' })),
});
export type Worker = Static<typeof Worker>;

/** A queue of an engine. Numbers that the engine does not report are null. */
export const RemoteQueue = Type.Object({
  name: Type.String(),
  waiting: nullable(Type.Integer()),
  consumers: nullable(Type.Integer()),
});
export type RemoteQueue = Static<typeof RemoteQueue>;

/** The state of a connection, without secrets. */
export const Connection = Type.Object({
  name: ConnectionName,
  engine: RemoteEngineName,
  url: Type.String({ description: 'Without user and password' }),
  readOnly: Type.Boolean(),
  state: ConnectionState,
  problem: nullable(Problem),
  since: Type.String({ format: 'date-time', description: 'When it entered this state' }),
  confirmedAt: nullable(
    Type.String({ format: 'date-time', description: 'When its jobs were last reconciled with the engine' }),
  ),
  version: nullable(Type.String({ description: 'Version of the engine' })),
  notes: Type.Array(Message, { description: 'Limitations of this connection' }),
  workers: Type.Array(Worker),
  queues: Type.Array(RemoteQueue),
});
export type Connection = Static<typeof Connection>;

export const ConnectionList = Type.Object({ connections: Type.Array(Connection) });
export type ConnectionList = Static<typeof ConnectionList>;

/** `PUT /v1/connections/:name`: tests the connection, and saves it only if it works. */
export const ConnectionQuery = Type.Object(
  { dryRun: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '1: only test it' })) },
  strict,
);

/** Names of the tasks, functions or events that can be submitted to a connection. */
export const TargetList = Type.Object({
  targets: Type.Array(
    Type.Object({
      kind: Type.Enum(['task', 'function', 'event']),
      name: Type.String(),
      title: nullable(Type.String()),
    }),
  ),
});
export type TargetList = Static<typeof TargetList>;

/** `POST /v1/connections/:name/jobs`: exactly one of `task` (Celery), `function` and `event` (Inngest). */
export const RemoteSubmitRequest = Type.Object(
  {
    task: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    args: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 1000 })),
    kwargs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    function: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: '`app/function`' })),
    event: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    data: Type.Optional(Type.Unknown({ description: 'Data of the event, or for the function' })),
    queue: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    notBefore: Type.Optional(Type.String({ format: 'date-time' })),
    priority: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 255, description: 'Priority of the broker; on Redis 0 comes first' }),
    ),
    createdBy: Type.Optional(Type.String({ maxLength: 300 })),
    anyName: Type.Optional(Type.Boolean({ description: 'Accept a name that no worker or app has registered' })),
  },
  strict,
);
export type RemoteSubmitRequest = Static<typeof RemoteSubmitRequest>;

/** Reruns a job from a step, optionally with a different input for that step. */
export const FromStep = Type.Object(
  { stepId: Type.String({ minLength: 1, maxLength: 500 }), input: Type.Optional(Type.Unknown()) },
  strict,
);
export type FromStep = Static<typeof FromStep>;

/** Why an action on a remote job is not possible; null if it is. An omitted `retryFromStep` is not possible. */
export interface Limits {
  cancel?: Message | null;
  retry?: Message | null;
  retryFromStep?: Message | null;
}
