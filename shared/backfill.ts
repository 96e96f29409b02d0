/** Backfills: a group with one job for each interval of a date range. */
import Type, { type Static } from 'typebox';
import { JobDetail } from './job.ts';
import { CronExpression, JobTemplate, TimeZone } from './schedule.ts';

/** The maximum number of intervals of a backfill. */
export const maxIntervals = 10_000;

/** The length of an interval: `15m`, `1h`, `1d`, `1w` or `1mo` by the calendar of the time zone, or the time between two runs of a cron expression. */
export const Every = Type.Union([
  Type.String({ pattern: '^[1-9][0-9]{0,3}(m|min|h|d|w|mo|y)$' }),
  Type.Object({ cron: CronExpression }, { additionalProperties: false }),
]);
export type Every = Static<typeof Every>;

/**
 * `POST /v1/backfills`. `from` is included and `to` is not; both are ISO 8601, in `timezone` if they have no zone. The
 * last interval ends at `to`. Each job has its interval as `rangeStart` and `rangeEnd`, and as JOBDECK_RANGE_START and
 * JOBDECK_RANGE_END in its environment. It replaces `${range.start}` and `${range.end}` (or `${range.start:date}` for the
 * date only) in the job's command, title and folder. With `dryRun` nothing is started, and the reply has only the intervals.
 */
export const BackfillRequest = Type.Object(
  {
    job: JobTemplate,
    from: Type.String({ minLength: 1, maxLength: 40 }),
    to: Type.String({ minLength: 1, maxLength: 40 }),
    every: Every,
    timezone: Type.Optional(TimeZone),
    order: Type.Optional(
      Type.Enum(['oldest', 'newest'], { description: 'Which interval runs first; `oldest` by default' }),
    ),
    concurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Maximum number of jobs queued or running at once; 1 by default',
      }),
    ),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'Title of the group' })),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type BackfillRequest = Static<typeof BackfillRequest>;

export const Interval = Type.Object({ start: Type.String(), end: Type.String() });
export type Interval = Static<typeof Interval>;

export const BackfillReply = Type.Object({
  group: Type.Union([JobDetail, Type.Null()], { description: 'null for a dry run' }),
  count: Type.Integer({ description: 'Number of intervals' }),
  range: Type.Object(Interval.properties, { description: 'The whole range' }),
  intervals: Type.Array(Interval, { description: 'The first 100 intervals, in the order in which they run' }),
});
export type BackfillReply = Static<typeof BackfillReply>;
