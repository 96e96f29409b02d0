/**
 * The schema of job definition files: `.vscode/jobs.json` in a workspace, or `jobs.json` in the daemon's home. They are
 * JSON with comments and trailing commas. Types, validation, editor help and `jobdeck define schema` all come from here.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { durationPattern, ratePattern } from '../amounts.ts';
import { BackfillRequest, Every } from '../backfill.ts';
import { CancelSignal, Priority, QueueName, queueNamePattern, RetryPolicy, Tags } from '../job.ts';
import { keyText } from '../keyText.ts';
import { definitionHint, definitionMismatch } from '../messages/definitionMismatches.ts';
import type { Message } from '../messages/schema.ts';
import { mismatch } from '../messages/validation.ts';
import { CatchUp, CronExpression, Overlap, TimeZone } from '../schedule.ts';

const closed = { additionalProperties: false } as const;
const described = <T extends TSchema>(schema: T, description: string): T => ({ ...schema, description });
const optional = <T extends TSchema>(schema: T, description: string) => Type.Optional(described(schema, description));

/** A pattern with the message for a mismatch. `patternErrorMessage` is VS Code's keyword for its English text. */
const text = (pattern: string, patternMismatch: Message) =>
  Type.String({ pattern, patternErrorMessage: patternMismatch.message, patternMismatch });
const Text = Type.String({ minLength: 1, maxLength: 300 });
const Duration = text(durationPattern, definitionMismatch('definition.duration'));
const DurationOrNone = text(`${durationPattern}|^none$`, definitionMismatch('definition.durationOrNone'));
const Rate = text(`${ratePattern}|^none$`, definitionMismatch('definition.rate'));
const Id = text('^[A-Za-z0-9_-]{1,64}$', definitionMismatch('definition.id'));

/** Valid job names. A job's name is also its type. */
export const namePattern = '^[A-Za-z0-9_-][A-Za-z0-9._:-]{0,99}$';

/** How `record` describes which names are valid. */
const record = <T extends TSchema>(pattern: string, value: T, description: string) =>
  Type.Record(Type.String({ pattern }), value, { ...closed, description });

const Retry = Type.Object(
  {
    attempts: RetryPolicy.properties.attempts,
    delay: optional(Duration, 'Delay before the first retry; `10s` by default.'),
    backoff: optional(RetryPolicy.properties.backoff, 'Whether the delay stays the same or doubles with each retry.'),
    maxDelay: optional(Duration, 'Maximum delay; `10m` by default.'),
    jitter: optional(RetryPolicy.properties.jitter, '`full`: a random time between zero and the delay.'),
    retryOn: optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 4_294_967_295 }), { minItems: 1, maxItems: 100 }),
      'Exit codes to retry; all by default.',
    ),
  },
  closed,
);

const Phase = Type.Object(
  {
    id: described(Text, 'The name that the output or the program uses.'),
    label: optional(Text, 'The displayed name.'),
    weight: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1e6,
        description: 'Weight relative to the other phases; 1 by default.',
      }),
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
      cron: described(CronExpression, 'Five fields, six with leading seconds, or a nickname such as `@daily`.'),
      timezone: optional(TimeZone, 'An IANA name such as `Europe/Berlin`; the machine’s time zone by default.'),
      catchUp: optional(CatchUp, 'Which missed runs to start when the daemon is running again.'),
      overlap: optional(Overlap, 'What to do when a run is due while the previous one is still running.'),
      paused: optional(Type.Boolean(), 'Whether the schedule starts paused.'),
    },
    closed,
  ),
]);

const Backfill = Type.Object(
  {
    every: described(Every, 'Length of an interval: `1h`, `1d`, `1w`, `1mo`, or `{"cron": …}`.'),
    concurrency: optional(BackfillRequest.properties.concurrency, 'Maximum number of concurrent jobs; 1 by default.'),
    order: optional(BackfillRequest.properties.order, 'Which intervals run first; `oldest` by default.'),
    timezone: optional(TimeZone, 'Time zone of the intervals; the machine’s time zone by default.'),
  },
  closed,
);

const Input = Type.Object(
  {
    id: described(Id, 'Referenced as `${input:ID}`.'),
    description: optional(Text, 'The prompt.'),
    default: optional(Type.String({ maxLength: 4096 }), 'The default value.'),
    options: optional(
      Type.Array(Type.String({ maxLength: 4096 }), { minItems: 1, maxItems: 1000 }),
      'The allowed values.',
    ),
    password: optional(
      Type.Boolean(),
      'Hide the value while typing and don’t store it with the job. Can only be used in `env`.',
    ),
  },
  closed,
);

const Link = Type.Object(
  { label: Text, url: Type.String({ minLength: 1, maxLength: 2000, description: 'May contain placeholders.' }) },
  closed,
);

const Argv = Type.Array(Type.String({ maxLength: 131_072 }), { minItems: 1 });

/** A job in the file. */
export const JobDefinition = Type.Object(
  {
    label: optional(Text, 'The title of the job; its name by default.'),
    icon: optional(text('^[a-z0-9-]{1,60}$', definitionMismatch('definition.icon')), 'The name of a codicon.'),
    color: optional(text('^[A-Za-z0-9.-]{1,100}$', definitionMismatch('definition.color')), 'The ID of a theme color.'),
    command: Type.Union([text('\\S', mismatch('mismatch.empty')), Argv], {
      description:
        'What to run: a shell command line, or a list with the program and its arguments. Placeholders: `${workspaceFolder}`, `${env:NAME}`, `${input:ID}`, and for backfills `${range.start}`, `${range.end}`, `${range.start:date}`. In a command line, each value is one word or a part of one. To pass `${` to the shell, write `$${`.',
    }),
    cwd: optional(
      Type.String({ minLength: 1, maxLength: 4096 }),
      'The folder to run in, relative to the workspace folder; the workspace folder by default.',
    ),
    env: Type.Optional(
      record('^[^=\\u0000]{1,200}$', Type.String({ maxLength: 131_072 }), 'Environment variables to add.'),
    ),
    queue: optional(QueueName, 'The queue in which the job waits.'),
    priority: optional(Priority, 'Priority in the queue.'),
    timeLimit: optional(Duration, 'Stop the job after this time, such as `30m`.'),
    stopSignal: optional(
      CancelSignal,
      'The signal by which a cancel or the timeout asks the job to stop; `SIGTERM` by default.',
    ),
    retry: optional(Retry, 'Automatic retries after a failure.'),
    tags: optional(Tags, 'Tags to find the job by.'),
    group: optional(keyText({ minLength: 1, maxLength: 200 }), 'The name of the group that the job belongs to.'),
    phases: optional(Type.Array(Phase, { maxItems: 1000 }), 'The phases of the job, in order.'),
    progress: optional(Progress, 'How to read progress from the output; `false` turns it off.'),
    schedule: optional(Schedule, 'When to run the job automatically: a cron expression.'),
    backfill: optional(Backfill, 'Defaults for `jobdeck backfill`.'),
    links: optional(Type.Array(Link, { maxItems: 100 }), 'Related pages.'),
    notifications: optional(Type.Enum(['never', 'failures', 'all']), 'Which outcomes the editor notifies about.'),
    messages: optional(
      Type.Object({ completed: Type.Optional(Text), failed: Type.Optional(Text) }, closed),
      'Texts of the notifications.',
    ),
    inputs: optional(Type.Array(Input, { maxItems: 100 }), 'Values to ask for before the job runs.'),
    metadata: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Any JSON, stored with the job.' }),
    ),
  },
  { ...closed, description: 'A job that can be run by name.' },
);
export type JobDefinition = Static<typeof JobDefinition>;

/** A queue in the file. */
export const QueueDefinition = Type.Object(
  {
    concurrency: optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), Type.Literal('unlimited')]),
      'Maximum number of concurrent jobs, or `unlimited`.',
    ),
    rate: optional(Rate, 'Maximum number of starts per period, such as `10/1m`, or `none`.'),
    timeLimit: optional(DurationOrNone, 'Timeout for jobs that don’t set one, or `none`.'),
    cancelAllowed: optional(Type.Boolean(), 'Whether jobs in this queue can be cancelled.'),
    retryAllowed: optional(Type.Boolean(), 'Whether jobs in this queue can be retried.'),
  },
  { ...closed, description: 'A queue. Omitted settings stay unchanged.' },
);
export type QueueDefinition = Static<typeof QueueDefinition>;

/** The whole file. */
export const Definitions = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    jobs: Type.Optional(record(namePattern, JobDefinition, 'Jobs by name. The name is also the job’s type.')),
    queues: Type.Optional(record(queueNamePattern, QueueDefinition, 'Queues by name.')),
  },
  { ...closed, description: 'Job definitions of Jobdeck.' },
);
export type Definitions = Static<typeof Definitions>;

/**
 * Refuses `type` in a job with an explanation. The editor would say only that it is not allowed. `errorMessage` and
 * `doNotSuggest` are VS Code's keywords.
 */
const typeOfJob = {
  not: {},
  errorMessage: definitionHint('definition.nameIsType').message,
  description: 'Not allowed: the name of the job is its type.',
  doNotSuggest: true,
};

/** The JSON Schema (draft 7) for editors. VS Code has a separate keyword for Markdown descriptions. */
export function jsonSchema(): Record<string, unknown> {
  const schema = { ...Definitions, allowComments: true, allowTrailingCommas: true };
  const forEditors = (key: string, value: unknown): unknown => {
    if (key === 'patternMismatch') return undefined;
    if (value === JobDefinition.properties) return { ...JobDefinition.properties, type: forEditors('type', typeOfJob) };
    return isSchema(value) ? { ...value, markdownDescription: value.description } : value;
  };
  const plain = JSON.parse(JSON.stringify(schema, forEditors)) as Record<string, unknown>;
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Jobdeck job definitions', ...plain };
}

function isSchema(value: unknown): value is { description: string } {
  return typeof value === 'object' && value !== null && 'description' in value && typeof value.description === 'string';
}
