/** Backfills: one job for each interval of a range of time, together a group. */
import Type, { type Static } from 'typebox';
import { JobDetail } from './job.ts';
import { CronExpression, JobTemplate, TimeZone } from './schedule.ts';

/** Intervals a backfill has at most. */
export const maxIntervals = 10_000;

/** How long an interval is: `15m`, `1h`, `1d`, `1w` or `1mo`, by the calendar of the time zone; or between two runs of a cron expression. */
export const Every = Type.Union([
  Type.String({ pattern: '^[1-9][0-9]{0,3}(m|min|h|d|w|mo|y)$' }),
  Type.Object({ cron: CronExpression }, { additionalProperties: false }),
]);
export type Every = Static<typeof Every>;

/**
 * `POST /v1/backfills`. `from` is included and `to` is not; both are ISO 8601, without a zone in `timezone`. The last
 * interval ends at `to`. Each job has its interval as `rangeStart` and `rangeEnd`, as JOBDECK_RANGE_START and
 * JOBDECK_RANGE_END in its environment, and in place of `${range.start}` and `${range.end}` (also `${range.start:date}`,
 * the day alone) in its command, title and folder. With `dryRun` nothing is started: only the intervals are told.
 */
export const BackfillRequest = Type.Object(
  {
    job: JobTemplate,
    from: Type.String({ minLength: 1, maxLength: 40 }),
    to: Type.String({ minLength: 1, maxLength: 40 }),
    every: Every,
    timezone: Type.Optional(TimeZone),
    order: Type.Optional(Type.Enum(['oldest', 'newest'], { description: 'What runs first; `oldest` unless given' })),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'Jobs in line or running at most; 1 unless given' }),
    ),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'Of the group' })),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type BackfillRequest = Static<typeof BackfillRequest>;

export const Interval = Type.Object({ start: Type.String(), end: Type.String() });
export type Interval = Static<typeof Interval>;

export const BackfillReply = Type.Object({
  group: Type.Union([JobDetail, Type.Null()], { description: 'null after a dry run' }),
  count: Type.Integer({ description: 'Of the intervals' }),
  intervals: Type.Array(Interval, { description: 'In the order in which they run; the first 100' }),
});
export type BackfillReply = Static<typeof BackfillReply>;
