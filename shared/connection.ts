/** Connections to engines beyond this machine: how they are asked for, how they stand, and what is submitted to them. */
import Type, { type Static, type TSchema } from 'typebox';
import { Message, Problem } from './messages/schema.ts';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const strict = { additionalProperties: false };
const Text = (description: string) => Type.Optional(Type.String({ maxLength: 500, description }));

/** Engines whose jobs run elsewhere. */
export const RemoteEngineName = Type.Enum(['celery', 'inngest']);
export type RemoteEngineName = Static<typeof RemoteEngineName>;

export const ConnectionName = Type.String({ pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,49}$' });

/** An address with what it may carry: user and password are kept in a file of the daemon's own and shown to nobody. */
const Address = Type.String({ minLength: 1, maxLength: 2000 });

/**
 * Every name that a user of Celery can change, with its default. Facts: kombu/transport/redis.py,
 * kombu/transport/virtual, celery/app/defaults.py.
 */
export const CelerySettings = Type.Object(
  {
    resultBackend: Type.Optional(
      Type.String({ maxLength: 2000, description: 'Address of the results; that of the broker where it is Redis' }),
    ),
    queues: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        ...{ maxItems: 200, description: 'Queues to look at beside those that workers name; `celery` unless given' },
      }),
    ),
    keyPrefix: Text('`global_keyprefix` of the broker'),
    resultKeyPrefix: Text('`global_keyprefix` of the results'),
    resultPrefix: Text('Of the keys of results; `celery-task-meta-` unless given'),
    fanoutPrefix: Text('Of channels, with {db}; `/{db}.` unless given'),
    separator: Text('Between a queue and a priority; \\u0006\\u0016 unless given'),
    prioritySteps: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { minItems: 1, maxItems: 10 })),
    eventExchange: Text('`celeryev` unless given'),
    controlExchange: Text('`celery` unless given'),
    enableEvents: Type.Optional(
      Type.Boolean({ description: 'Whether events are switched on at workers without them; true unless given' }),
    ),
  },
  strict,
);
export type CelerySettings = Static<typeof CelerySettings>;

export const InngestSettings = Type.Object(
  {
    signingKey: Text('Or an API key; a dev server needs none'),
    eventKey: Text('For sending events; a dev server takes any'),
    lookBackHours: Type.Optional(
      Type.Number({
        minimum: 0.1,
        maximum: 744,
        description: 'How old runs may be that are listed first; 24 unless given',
      }),
    ),
  },
  strict,
);
export type InngestSettings = Static<typeof InngestSettings>;

const common = {
  url: Address,
  readOnly: Type.Optional(Type.Boolean({ description: 'Nothing is submitted, cancelled or retried there' })),
};

/** A connection as it is asked for and kept. */
export const ConnectionSettings = Type.Union([
  Type.Object({ engine: Type.Literal('celery'), ...common, settings: Type.Optional(CelerySettings) }, strict),
  Type.Object({ engine: Type.Literal('inngest'), ...common, settings: Type.Optional(InngestSettings) }, strict),
]);
export type ConnectionSettings = Static<typeof ConnectionSettings>;

/** `unreachable`: it does not answer, and is tried again by itself; `refused`: it answers, but not to us. */
export const ConnectionState = Type.Enum(['connecting', 'connected', 'unreachable', 'refused']);
export type ConnectionState = Static<typeof ConnectionState>;

/** A process that runs jobs of an engine. */
export const Worker = Type.Object({
  name: Type.String(),
  online: Type.Boolean(),
  active: nullable(Type.Integer({ description: 'Jobs it runs now' })),
  concurrency: nullable(Type.Integer({ description: 'Jobs it can run at the same time' })),
  processed: nullable(Type.Integer()),
  pool: nullable(Type.String({ description: 'How it runs jobs, such as `prefork`' })),
  version: nullable(Type.String()),
  load: nullable(Type.Array(Type.Number(), { description: 'Of its machine: 1, 5 and 15 minutes' })),
  queues: Type.Array(Type.String()),
  seenAt: nullable(Type.String({ format: 'date-time', description: 'Its latest sign of life' })),
});
export type Worker = Static<typeof Worker>;

/** A queue of an engine; numbers are null where the engine does not tell them. */
export const RemoteQueue = Type.Object({
  name: Type.String(),
  waiting: nullable(Type.Integer()),
  consumers: nullable(Type.Integer()),
});
export type RemoteQueue = Static<typeof RemoteQueue>;

/** How a connection stands. No secret is in it. */
export const Connection = Type.Object({
  name: ConnectionName,
  engine: RemoteEngineName,
  url: Type.String({ description: 'Without user and password' }),
  readOnly: Type.Boolean(),
  state: ConnectionState,
  problem: nullable(Problem),
  since: Type.String({ format: 'date-time', description: 'When it came to this state' }),
  confirmedAt: nullable(
    Type.String({ format: 'date-time', description: 'When what is shown of it was last compared with the engine' }),
  ),
  version: nullable(Type.String({ description: 'Of the engine' })),
  notes: Type.Array(Message, { description: 'What can not be seen or done there, and why' }),
  workers: Type.Array(Worker),
  queues: Type.Array(RemoteQueue),
});
export type Connection = Static<typeof Connection>;

export const ConnectionList = Type.Object({ connections: Type.Array(Connection) });
export type ConnectionList = Static<typeof ConnectionList>;

/** `PUT /v1/connections/:name`: the connection is tried first, and kept only when it answers. */
export const ConnectionQuery = Type.Object(
  { dryRun: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '1: only try it' })) },
  strict,
);

/** What can be submitted to a connection: names of tasks, functions or events. */
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
    data: Type.Optional(Type.Unknown({ description: 'Of the event, or for the function' })),
    queue: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    notBefore: Type.Optional(Type.String({ format: 'date-time' })),
    priority: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 255, description: 'As the broker counts: on Redis 0 comes first' }),
    ),
    createdBy: Type.Optional(Type.String({ maxLength: 300 })),
    anyName: Type.Optional(Type.Boolean({ description: 'Also a name that nobody there knows' })),
  },
  strict,
);
export type RemoteSubmitRequest = Static<typeof RemoteSubmitRequest>;

/** A job again from one of its steps, with another input for it where that is given. */
export const FromStep = Type.Object(
  { stepId: Type.String({ minLength: 1, maxLength: 500 }), input: Type.Optional(Type.Unknown()) },
  strict,
);
export type FromStep = Static<typeof FromStep>;

/** Why an action on a remote job is not to be had; null where it is. Without a word of it, `retryFromStep` is not. */
export interface Limits {
  cancel?: Message | null;
  retry?: Message | null;
  retryFromStep?: Message | null;
}
