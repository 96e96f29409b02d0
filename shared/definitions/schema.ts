/**
 * The file of job definitions, `.vscode/jobs.json` of a workspace or `jobs.json` in the daemon's home: JSON with
 * comments and trailing commas. This schema is the only source of its types, its validation, the editor's help and
 * `jobdeck define schema`.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { durationPattern, ratePattern } from '../amounts.ts';
import { BackfillRequest, Every } from '../backfill.ts';
import { Priority, QueueName, queueNamePattern, RetryPolicy } from '../job.ts';
import { CatchUp, CronExpression, Overlap, TimeZone } from '../schedule.ts';

const closed = { additionalProperties: false } as const;
const described = <T extends TSchema>(schema: T, description: string): T => ({ ...schema, description });
const optional = <T extends TSchema>(schema: T, description: string) => Type.Optional(described(schema, description));

/** A pattern with what to say when it does not fit; the editor knows this word as well. */
const text = (pattern: string, patternErrorMessage: string) => Type.String({ pattern, patternErrorMessage });
const Text = Type.String({ minLength: 1, maxLength: 300 });
const Duration = text(durationPattern, 'must be a duration such as “90s”, “30m” or “1h30m”');
const DurationOrNone = text(`${durationPattern}|^none$`, 'must be a duration such as “30m”, or “none”');
const Rate = text(`${ratePattern}|^none$`, 'must be a number per period such as “10/1m”, or “none”');
const Id = text('^[A-Za-z0-9_-]{1,64}$', 'must be letters, digits, “_” and “-”');

/** What a job may be called. It is its type as well. */
export const namePattern = '^[A-Za-z0-9_-][A-Za-z0-9._:-]{0,99}$';

/** How `record` says which names it takes. */
const record = <T extends TSchema>(pattern: string, value: T, description: string) =>
  Type.Record(Type.String({ pattern }), value, { ...closed, description });

const Retry = Type.Object(
  {
    attempts: RetryPolicy.properties.attempts,
    delay: optional(Duration, 'Before the first retry, such as `10s`, which it is unless given.'),
    backoff: optional(RetryPolicy.properties.backoff, 'The same delay each time, or twice as long each time.'),
    maxDelay: optional(Duration, 'The longest delay; `10m` unless given.'),
    jitter: optional(RetryPolicy.properties.jitter, '`full`: any time from none to the delay.'),
    retryOn: optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 4_294_967_295 }), { minItems: 1, maxItems: 100 }),
      'Exit codes to retry; whatever failed unless given.',
    ),
  },
  closed,
);

const Phase = Type.Object(
  {
    id: described(Text, 'What the output or the program calls it.'),
    label: optional(Text, 'What is shown.'),
    weight: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: 'Beside the others; 1 unless given.' }),
    ),
  },
  closed,
);

const Progress = Type.Union([
  Type.Literal(false),
  Type.Object(
    {
      pattern: Type.String({
        minLength: 1,
        maxLength: 500,
        description: 'A regular expression with groups named `current`, `total`, `percent`, `message` or `phase`.',
      }),
    },
    closed,
  ),
]);

const Schedule = Type.Union([
  CronExpression,
  Type.Object(
    {
      cron: described(CronExpression, 'Five fields, six with the second first, or a nickname such as `@daily`.'),
      timezone: optional(TimeZone, 'An IANA name such as `Europe/Berlin`; that of the machine unless given.'),
      catchUp: optional(CatchUp, 'Which runs are caught up with that were due while the daemon was away.'),
      overlap: optional(Overlap, 'What happens to a run that is due while the one before goes on.'),
      paused: optional(Type.Boolean(), 'Whether it begins paused.'),
    },
    closed,
  ),
]);

const Backfill = Type.Object(
  {
    every: described(Every, 'How long an interval is: `1h`, `1d`, `1w`, `1mo`, or `{"cron": …}`.'),
    concurrency: optional(BackfillRequest.properties.concurrency, 'Jobs at the same time at most; 1 unless given.'),
    order: optional(BackfillRequest.properties.order, 'What runs first; `oldest` unless given.'),
    timezone: optional(TimeZone, 'Whose days the intervals are; that of the machine unless given.'),
  },
  closed,
);

const Input = Type.Object(
  {
    id: described(Id, 'Used as `${input:ID}`.'),
    description: optional(Text, 'What to ask for.'),
    default: optional(Type.String({ maxLength: 4096 }), 'What it is when nothing else is said.'),
    options: optional(Type.Array(Type.String({ maxLength: 4096 }), { minItems: 1, maxItems: 1000 }), 'What it may be.'),
    password: optional(
      Type.Boolean(),
      'It is not shown while it is typed, and not kept with the job. It may only be used in `env`.',
    ),
  },
  closed,
);

const Link = Type.Object(
  { label: Text, url: Type.String({ minLength: 1, maxLength: 2000, description: 'May have placeholders.' }) },
  closed,
);

const Argv = Type.Array(Type.String({ maxLength: 131_072 }), { minItems: 1, maxItems: 4096 });

/** One job of the file. */
export const JobDefinition = Type.Object(
  {
    label: optional(Text, 'The title of its jobs; its name unless given.'),
    icon: optional(text('^[a-z0-9-]{1,60}$', 'must be the name of a codicon such as “beaker”'), 'A codicon’s name.'),
    color: optional(
      text('^[A-Za-z0-9.-]{1,100}$', 'must be the id of a theme colour such as “charts.green”'),
      'The id of a theme colour.',
    ),
    command: Type.Union([text('\\S', 'must not be empty'), Argv], {
      description:
        'What to run: a line for the shell, or a list of the program and its arguments. Placeholders: `${workspaceFolder}`, `${env:NAME}`, `${input:ID}`, for backfills `${range.start}`, `${range.end}`, `${range.start:date}`. A `${` for the shell is written `$${`.',
    }),
    cwd: optional(
      Type.String({ minLength: 1, maxLength: 4096 }),
      'The folder to run in, from that of the workspace, which it is unless given.',
    ),
    env: Type.Optional(
      record('^[^=\\u0000]{1,200}$', Type.String({ maxLength: 131_072 }), 'Added to the environment of the job.'),
    ),
    queue: optional(QueueName, 'The queue it waits in for its turn.'),
    priority: optional(Priority, 'Its place in the queue.'),
    timeLimit: optional(Duration, 'It is stopped when it runs longer, such as `30m`.'),
    retry: optional(Retry, 'Tries again when it fails.'),
    group: optional(Type.String({ minLength: 1, maxLength: 200 }), 'The name of the group its jobs belong to.'),
    phases: optional(Type.Array(Phase, { maxItems: 1000 }), 'The parts of the work, in their order.'),
    progress: optional(Progress, 'How to read progress from the output; `false`: not at all.'),
    schedule: optional(Schedule, 'When it is run by itself: a cron expression.'),
    backfill: optional(Backfill, 'What `jobdeck backfill` does unless told otherwise.'),
    links: optional(Type.Array(Link, { maxItems: 100 }), 'Pages that belong to it.'),
    notifications: optional(Type.Enum(['never', 'failures', 'all']), 'Of what the editor tells by a notification.'),
    messages: optional(
      Type.Object({ completed: Type.Optional(Text), failed: Type.Optional(Text) }, closed),
      'What these notifications say.',
    ),
    inputs: optional(Type.Array(Input, { maxItems: 100 }), 'What is asked for before it runs.'),
    metadata: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Kept with its jobs; any JSON.' }),
    ),
  },
  { ...closed, description: 'A job that can be run by its name.' },
);
export type JobDefinition = Static<typeof JobDefinition>;

/** One queue of the file. */
export const QueueDefinition = Type.Object(
  {
    concurrency: optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), Type.Literal('unlimited')]),
      'Jobs that run at the same time at most, or `unlimited`.',
    ),
    rate: optional(Rate, 'Starts in a period at most, such as `10/1m`, or `none`.'),
    timeLimit: optional(DurationOrNone, 'For jobs without a limit of their own, or `none`.'),
    cancelAllowed: optional(Type.Boolean(), 'Whether its jobs may be cancelled.'),
    retryAllowed: optional(Type.Boolean(), 'Whether its jobs may be retried.'),
  },
  { ...closed, description: 'A queue. What is left out stays as it is.' },
);
export type QueueDefinition = Static<typeof QueueDefinition>;

/** The whole file. */
export const Definitions = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    jobs: Type.Optional(record(namePattern, JobDefinition, 'Jobs by name. The name is their type as well.')),
    queues: Type.Optional(record(queueNamePattern, QueueDefinition, 'Queues by name.')),
  },
  { ...closed, description: 'Job definitions of Jobdeck.' },
);
export type Definitions = Static<typeof Definitions>;

/** The JSON Schema (draft 7) for editors. VS Code shows descriptions as Markdown under a name of its own. */
export function jsonSchema(): Record<string, unknown> {
  const schema = { ...Definitions, allowComments: true, allowTrailingCommas: true };
  const withMarkdown = (_key: string, value: unknown) =>
    isSchema(value) ? { ...value, markdownDescription: value.description } : value;
  const plain = JSON.parse(JSON.stringify(schema, withMarkdown)) as Record<string, unknown>;
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Jobdeck job definitions', ...plain };
}

function isSchema(value: unknown): value is { description: string } {
  return typeof value === 'object' && value !== null && 'description' in value && typeof value.description === 'string';
}
