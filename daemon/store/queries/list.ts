/** Lists of jobs by filter, sorted, page by page. */
import { listProblem } from '../../../shared/messages/lists.ts';
import type { JobList, ListQuery } from '../../../shared/protocol.ts';
import { jobColumns } from '../columns.ts';
import type { JobRow } from '../rows.ts';
import type { Statements } from '../statements.ts';
import { type JobRules, toJob } from '../wire.ts';
import { conditionOf, type Filter, matchOf, readFilter } from './filter.ts';

const defaultLimit = 50;
const maxLimit = 500;
/** Limits on the cost of a list with a long history. */
export interface ListLimits {
  /** Matches are counted up to this number, so that counting never takes longer than reading a page. */
  count: number;
  /** Up to this many matches are sorted. With more, a walk along the index of the order soon finds enough. */
  few: number;
  /** The same for a filter that is only a range of the order of creation. */
  fewInRange: number;
}

export const listLimits: ListLimits = { count: 5_000, few: 10_000, fewInRange: 100_000 };

type Row = JobRow & { seq: number; endOrder: number; durationOrder: number };
type Sort = NonNullable<ListQuery['sort']>;

/** Orders other than the order of creation: the value and its index. */
const orders = {
  endedAt: { column: 'end_order', index: 'jobs_by_end_order', field: 'endOrder' },
  duration: { column: 'duration_order', index: 'jobs_by_duration', field: 'durationOrder' },
} as const;

const columns = `${jobColumns}, seq, end_order AS endOrder, duration_order AS durationOrder`;

/** FTS5 ignores row IDs that are bound as floating point, which JavaScript's numbers are. */
const placeRange = 'rowid >= CAST(? AS INTEGER) AND rowid < CAST(? AS INTEGER)';

interface Cursor {
  value: number;
  seq: number;
}

interface Page {
  sort: Sort;
  descending: boolean;
  after: Cursor | null;
  limit: number;
}

export interface ListOptions {
  now: number;
  rules: JobRules;
  limits?: ListLimits | undefined;
}

/** One page of the jobs that match a filter. INVALID_REQUEST for values that are not allowed. */
export function listJobs(sql: Statements, query: ListQuery, { now, rules, limits = listLimits }: ListOptions): JobList {
  const { order = 'desc', cursor } = query;
  const descending = order === 'desc';
  const filter = readFilter(query, now);
  const sort = query.sort ?? (filter.ended === null ? 'createdAt' : 'endedAt');
  if (filter.ended !== null && (filter.words !== null || sort !== 'endedAt')) {
    throw listProblem('INVALID_REQUEST/endOrder');
  }
  if (filter.words !== null && sort !== 'createdAt') {
    throw listProblem('INVALID_REQUEST/searchOrder');
  }
  const match = matchOf(sql, filter);
  const after = cursor === undefined ? null : parseCursor(cursor, sort, descending);
  if (match === undefined) return { jobs: [], nextCursor: null, total: 0, totalIsExact: true };
  const limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
  const page = { sort, descending, after, limit: limit + 1 };
  // Counted once, for the choice of the query and for the total: with a long history this is most of the work.
  const most = match === null ? limits.fewInRange : limits.few;
  const counted = sort === 'createdAt' ? null : countMatches(sql, filter, match, Math.max(most, limits.count + 1));
  // A filter that is only a range of end times is a range of their index.
  const few = counted !== null && counted < most && !(match === null && filter.ended !== null);
  const rows = counted === null ? byCreation(sql, filter, match, page) : byValue(sql, filter, match, page, few);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    jobs: rows.slice(0, limit).map(({ seq, endOrder, durationOrder, ...row }) => toJob(row, rules)),
    nextCursor: last ? cursorAfter(last, sort, descending) : null,
    ...(filter.ended === null
      ? totalOf(sql, filter, match, limits.count, counted)
      : totalEnded(sql, filter, match, limits, few)),
  };
}

/** A page in the order of creation, which is also the order of the full-text index. */
function byCreation(sql: Statements, filter: Filter, match: string | null, page: Page): Row[] {
  const { descending, after, limit } = page;
  const from = !descending && after ? Math.max(filter.from, after.seq + 1) : filter.from;
  const before = descending && after ? Math.min(filter.before, after.seq) : filter.before;
  const direction = descending ? 'DESC' : 'ASC';
  if (match === null) {
    const inRange = `SELECT ${columns} FROM jobs WHERE seq >= ? AND seq < ? ORDER BY seq ${direction} LIMIT ?`;
    return sql.get(inRange).all(from, before, limit) as Row[];
  }
  const places = `SELECT rowid AS place FROM search WHERE search MATCH ? AND ${placeRange}
    ORDER BY rowid ${direction} LIMIT ?`;
  return sql
    .get(`SELECT ${columns} FROM (${places}) CROSS JOIN jobs ON seq = place ORDER BY place ${direction}`)
    .all(match, from, before, limit) as Row[];
}

/** A page in another order. Few matches are read and sorted; with many, a walk along the index of the value is fast. */
function byValue(
  sql: Statements,
  filter: Filter,
  match: string | null,
  { sort, descending, after, limit }: Page,
  few: boolean,
): Row[] {
  if (sort === 'createdAt') throw new TypeError('The order of creation has no value column.');
  const { column, index } = orders[sort];
  const direction = descending ? 'DESC' : 'ASC';
  const { where, parameters } = rangesOf(filter);
  if (few && match !== null) {
    where.push(`seq IN (SELECT rowid FROM search WHERE search MATCH ? AND ${placeRange})`);
    parameters.push(match, filter.from, filter.before);
  }
  for (const condition of few ? [] : filter.wanted.map(conditionOf)) {
    where.push(condition.sql);
    parameters.push(...condition.parameters);
  }
  if (after) {
    where.push(`(${column}, seq) ${descending ? '<' : '>'} (?, ?)`);
    parameters.push(after.value, after.seq);
  }
  const places = `SELECT seq AS place, ${column} AS value FROM jobs INDEXED BY ${few ? 'jobs_orders' : index}
    WHERE ${where.join(' AND ')} ORDER BY value ${direction}, place ${direction} LIMIT ?`;
  return sql
    .get(
      `SELECT ${columns} FROM (${places}) CROSS JOIN jobs ON seq = place
      ORDER BY value ${direction}, place ${direction}`,
    )
    .all(...parameters, limit) as Row[];
}

/** The filter's ranges of creation and end. */
function rangesOf({ from, before, ended }: Filter): { where: string[]; parameters: (number | string)[] } {
  const where = ['seq >= ?', 'seq < ?'];
  const parameters: (number | string)[] = [from, before];
  if (ended !== null) {
    where.push('end_order >= ?', 'end_order < ?');
    parameters.push(ended.from, ended.before);
  }
  return { where, parameters };
}

/** The number of jobs of the filter that ended in its time range, among the ones that were examined. */
function totalEnded(
  sql: Statements,
  filter: Filter,
  match: string | null,
  limits: ListLimits,
  few: boolean,
): Pick<JobList, 'total' | 'totalIsExact'> {
  const { where, parameters } = rangesOf(filter);
  if (few && match !== null) {
    const matches = `seq IN (SELECT rowid FROM search WHERE search MATCH ? AND ${placeRange})`;
    const found = sql
      .get(`SELECT count(*) FROM jobs INDEXED BY jobs_orders WHERE ${[...where, matches].join(' AND ')}`)
      .pluck()
      .get(...parameters, match, filter.from, filter.before) as number;
    return { total: Math.min(found, limits.count), totalIsExact: found <= limits.count };
  }
  const most = filter.wanted.length === 0 ? limits.count + 1 : limits.fewInRange;
  const conditions = filter.wanted.map(conditionOf);
  const columns = ['seq', ...filter.wanted.flat().map(({ name }) => (name === 'tag' ? 'tags' : name))].join(', ');
  const { looked, found } = sql
    .get(
      `SELECT count(*) AS looked, count(*) FILTER (WHERE ${conditions.map(({ sql }) => sql).join(' AND ') || '1'}) AS found
      FROM (SELECT ${columns} FROM jobs INDEXED BY jobs_by_end_order WHERE ${where.join(' AND ')}
        ORDER BY end_order DESC LIMIT ${most})`,
    )
    .get(...conditions.flatMap((one) => one.parameters), ...parameters) as { looked: number; found: number };
  return { total: Math.min(found, limits.count), totalIsExact: looked < most && found <= limits.count };
}

/** The number of jobs of the filter: exact for one facet, else up to `most`. `known` if already counted. */
function totalOf(
  sql: Statements,
  filter: Filter,
  match: string | null,
  most: number,
  known: number | null,
): Pick<JobList, 'total' | 'totalIsExact'> {
  const isAllTime = filter.from === 0 && filter.before === Number.MAX_SAFE_INTEGER;
  const [wanted = [{ name: 'status', values: null }], ...others] = filter.wanted;
  const isOneFacet = others.length === 0 && filter.words === null && !mayOverlap(wanted);
  if (isAllTime && isOneFacet) {
    const total = wanted.reduce((sum, { name, values }) => sum + jobsWith(sql, name, values), 0);
    return { total, totalIsExact: true };
  }
  const counted = known ?? countMatches(sql, filter, match, most + 1);
  return { total: Math.min(counted, most), totalIsExact: counted <= most };
}

/** Whether a job can have several of the values. */
function mayOverlap(wanted: readonly { name: string; values: readonly string[] | null }[]): boolean {
  return wanted.some(({ name, values }) => name === 'tag' && values?.length !== 1);
}

/** The number of jobs with one of these values, or with any value. */
function jobsWith(sql: Statements, name: string, values: readonly string[] | null): number {
  const some = values === null ? '' : 'AND value IN (SELECT value FROM json_each(?))';
  const statement = sql.get(`SELECT coalesce(sum(jobs), 0) FROM facets WHERE name = ? ${some}`).pluck();
  return statement.get(name, ...(values === null ? [] : [JSON.stringify(values)])) as number;
}

function countMatches(sql: Statements, filter: Filter, match: string | null, most: number): number {
  const source =
    match === null
      ? 'SELECT 1 FROM jobs WHERE seq >= ? AND seq < ?'
      : `SELECT 1 FROM search WHERE ${placeRange} AND search MATCH ?`;
  return sql
    .get(`SELECT count(*) FROM (${source} LIMIT ${most})`)
    .pluck()
    .get(filter.from, filter.before, ...(match === null ? [] : [match])) as number;
}

function cursorAfter(row: Row, sort: Sort, descending: boolean): string {
  const value = sort === 'createdAt' ? 0 : row[orders[sort].field];
  return Buffer.from(`${sort} ${descending ? 'desc' : 'asc'} ${value} ${row.seq}`).toString('base64url');
}

function parseCursor(cursor: string, sort: Sort, descending: boolean): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, ofSort, order, value, seq] = /^([a-zA-Z]{1,20}) (asc|desc) (-1|\d{1,16}) (\d{1,16})$/.exec(text) ?? [];
  if (ofSort === undefined || !Number.isSafeInteger(Number(value)) || !Number.isSafeInteger(Number(seq))) {
    throw listProblem('INVALID_REQUEST/cursor');
  }
  if (ofSort !== sort || order !== (descending ? 'desc' : 'asc')) {
    throw listProblem('INVALID_REQUEST/cursorOrder', { sort: ofSort ?? '', order: order ?? '' });
  }
  return { value: Number(value), seq: Number(seq) };
}
