/** Lists of jobs by filter, newest first, page by page. */
import { JobdeckError } from '../../shared/errors.ts';
import { JobStatus } from '../../shared/job.ts';
import type { JobList, ListQuery } from '../../shared/protocol.ts';
import { type JobRow, jobColumns, toJob } from './rows.ts';
import type { Statements } from './statements.ts';

const defaultLimit = 50;
const maxLimit = 500;

/** One page of the jobs of a filter. INVALID_REQUEST for a cursor or status that is none. */
export function listJobs(sql: Statements, query: ListQuery): JobList {
  const { where, parameters } = filterOf(query);
  const after = query.cursor === undefined ? null : parseCursor(query.cursor);
  const limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
  const page = after ? [...where, '(created_at, id) < (?, ?)'] : where;
  const rows = sql
    .get(`SELECT ${jobColumns} FROM jobs ${whereClause(page)} ORDER BY created_at DESC, id DESC LIMIT ?`)
    .all(...parameters, ...(after ?? []), limit + 1) as JobRow[];
  const total = sql
    .get(`SELECT count(*) FROM jobs ${whereClause(where)}`)
    .pluck()
    .get(...parameters) as number;
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { jobs: rows.slice(0, limit).map(toJob), nextCursor: last ? cursorAfter(last) : null, total };
}

const whereClause = (conditions: string[]) => (conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '');

function filterOf(query: ListQuery): { where: string[]; parameters: string[] } {
  const where: string[] = [];
  const parameters: string[] = [];
  if (query.status !== undefined) {
    where.push('status IN (SELECT value FROM json_each(?))');
    parameters.push(JSON.stringify(parseStatuses(query.status)));
  }
  for (const field of ['type', 'engine', 'workspace'] as const) {
    const value = query[field];
    if (value === undefined) continue;
    where.push(`${field} = ?`);
    parameters.push(value);
  }
  return { where, parameters };
}

/** The statuses named in a comma-separated list. */
function parseStatuses(text: string): JobStatus[] {
  const known: readonly string[] = JobStatus.enum;
  const isStatus = (word: string): word is JobStatus => known.includes(word);
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !isStatus(word));
  if (unknown !== undefined) {
    throw new JobdeckError('INVALID_REQUEST', `No job has the status "${unknown}".`, `Statuses: ${known.join(', ')}.`);
  }
  return words.filter(isStatus);
}

function cursorAfter(row: JobRow): string {
  return Buffer.from(`${row.createdAt} ${row.id}`).toString('base64url');
}

function parseCursor(cursor: string): [number, string] {
  const found = /^(\d{1,16}) ([\w-]{1,100})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!found?.[2]) {
    throw new JobdeckError('INVALID_REQUEST', 'The cursor is none of this list.', 'Leave it out to start at the top.');
  }
  return [Number(found[1]), found[2]];
}
