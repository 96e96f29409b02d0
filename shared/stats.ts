/** Statistics of finished jobs, as the daemon sends them. */
import Type, { type Static } from 'typebox';
import { Filter, Moment } from './protocol.ts';
import { TimeZone } from './schedule.ts';

/**
 * `GET /v1/stats`: finished jobs by the day of their end. Days are those of `timezone` (UTC by default) and always complete,
 * from the day of `since` (30 days ago by default) to the day of `until` (today by default).
 */
export const StatsQuery = Type.Object(
  { since: Moment, until: Moment, type: Filter, timezone: Type.Optional(TimeZone) },
  { additionalProperties: false },
);
export type StatsQuery = Static<typeof StatsQuery>;

const StatsCounts = {
  jobs: Type.Integer({ description: 'Jobs that finished' }),
  completed: Type.Integer(),
  failed: Type.Integer(),
  cancelled: Type.Integer(),
  lost: Type.Integer(),
};
const MsOrNull = Type.Union([Type.Integer(), Type.Null()]);

/**
 * Durations refer to the latest attempt of each job that ran, whatever its outcome, in milliseconds. Percentiles use
 * the nearest rank of durations rounded down to two digits (12,345 counts as 12,000), so they may be up to 10% too low.
 */
export const StatsFigures = Type.Object({
  ...StatsCounts,
  successRate: Type.Union([Type.Number(), Type.Null()], {
    description: 'Share of completed jobs among completed, failed and lost ones; null if there are none',
  }),
  totalMs: Type.Integer({ description: 'Total processing time' }),
  averageMs: MsOrNull,
  p50Ms: MsOrNull,
  p95Ms: MsOrNull,
});
export type StatsFigures = Static<typeof StatsFigures>;

export const Stats = Type.Object({
  since: Type.String({ description: 'Start of the first day' }),
  until: Type.String({ description: 'End of the last day' }),
  timezone: Type.String(),
  firstDay: Type.String({ description: 'Such as 2026-11-24' }),
  lastDay: Type.String(),
  recordedDays: Type.Integer({
    description:
      'Number of these days since the first finished job that is still known, at least 1: what averages are over',
  }),
  active: Type.Object({ pending: Type.Integer(), waiting: Type.Integer(), running: Type.Integer() }),
  ...StatsFigures.properties,
  types: Type.Array(Type.Object({ type: Type.String(), ...StatsFigures.properties }), {
    description: 'Types with the most jobs first',
  }),
  days: Type.Array(Type.Object({ day: Type.String(), ...StatsCounts, totalMs: Type.Integer() }), {
    description: 'Throughput of the days on which jobs finished, oldest first',
  }),
});
export type Stats = Static<typeof Stats>;
