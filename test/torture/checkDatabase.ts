/** Checks that a database is intact and that derived tables agree with the jobs. */
import Database from 'better-sqlite3';
import { childrenOf, groupStatus } from '../../daemon/jobs/groups/derive.ts';
import { facetCounts } from '../../daemon/store/schema/searchStep.ts';
import { SearchIndex } from '../../daemon/store/searchIndex.ts';
import { Statements } from '../../daemon/store/statements.ts';
import type { JobStatus } from '../../shared/job.ts';

/** Returns violations as sentences. No daemon may have the file open. */
export function checkDatabase(file: string): string[] {
  const db = new Database(file);
  try {
    const wrong: string[] = [];
    const integrity = db.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') return [`integrity_check reported: ${integrity}`];
    for (const row of db.pragma('foreign_key_check') as unknown[])
      wrong.push(`A foreign key is broken: ${JSON.stringify(row)}`);
    const index = new SearchIndex(db, new Statements(db), (error) => wrong.push(String(error)));
    index.search(() => {
      for (const [about, kept, counted] of recounts()) wrong.push(...difference(db, about, kept, counted));
      wrong.push(...wrongWords(db));
    });
    return [...wrong, ...wrongGroups(db), ...wrongAttempts(db)];
  } finally {
    db.close();
  }
}

/** IDs of the jobs after all daemons have stopped. Until then, reports left on disk may add some. */
export function jobIds(file: string): Set<string> {
  const db = new Database(file, { readonly: true });
  try {
    return new Set(db.prepare('SELECT id FROM jobs').pluck().all() as string[]);
  } finally {
    db.close();
  }
}

/** Tables maintained by triggers, each as a query of the table and as a query that recomputes it. */
function recounts(): [about: string, kept: string, counted: string][] {
  const finished = `FROM jobs WHERE ended_day IS NOT NULL AND engine <> 'group'`;
  return [
    ['facets', 'SELECT name, value, jobs FROM facets WHERE jobs <> 0', facetCounts()],
    [
      'stats_days',
      'SELECT day, type, status, jobs, ran, total_ms FROM stats_days',
      `SELECT ended_day, type, status, count(*), count(duration), coalesce(sum(duration), 0) ${finished} GROUP BY 1, 2, 3`,
    ],
    [
      'stats_durations',
      'SELECT day, type, step, jobs FROM stats_durations',
      `SELECT ended_day, type, duration_step, count(*) ${finished} AND duration_step IS NOT NULL GROUP BY 1, 2, 3`,
    ],
    [
      'group_counts',
      'SELECT parent_id, status, jobs, weight, done FROM group_counts WHERE jobs <> 0',
      `SELECT parent_id, status, count(*), sum(whole), sum(done) FROM jobs WHERE parent_id IS NOT NULL GROUP BY 1, 2`,
    ],
    ['the search index', 'SELECT count(*) FROM search', 'SELECT count(*) FROM jobs'],
    ['job_data', 'SELECT job_id FROM job_data', 'SELECT id FROM jobs'],
  ];
}

function difference(db: Database.Database, about: string, kept: string, counted: string): string[] {
  const only = (one: string, other: string) =>
    db.prepare(`SELECT * FROM (${one}) EXCEPT SELECT * FROM (${other})`).all();
  const [tooMuch, missing] = [only(kept, counted), only(counted, kept)];
  if (tooMuch.length + missing.length === 0) return [];
  return [`${about} has ${JSON.stringify(tooMuch)} but the jobs yield ${JSON.stringify(missing)}.`];
}

function wrongGroups(db: Database.Database): string[] {
  const groups = db.prepare(`SELECT id, status, children FROM jobs WHERE engine = 'group'`).all() as {
    id: string;
    status: JobStatus;
    children: string;
  }[];
  const counts = db.prepare(
    'SELECT status, count(*) AS jobs, sum(whole) AS weight, sum(done) AS done FROM jobs WHERE parent_id = ? GROUP BY status',
  );
  return groups.flatMap(({ id, status, children }) => {
    const counted = childrenOf(counts.all(id) as Parameters<typeof childrenOf>[0]);
    const kept = { ...counted, ...(JSON.parse(children) as object) };
    const wrong = JSON.stringify(kept) !== JSON.stringify(counted) || status !== groupStatus(counted);
    return wrong ? [`The group ${id} is ${status} with ${children}; its jobs yield ${JSON.stringify(counted)}.`] : [];
  });
}

/** Checks that the search index finds the same jobs for each filter as the jobs table. */
function wrongWords(db: Database.Database): string[] {
  const facets = db.prepare('SELECT id, name, value FROM facets WHERE jobs <> 0').all() as Record<
    'id' | 'name' | 'value',
    string
  >[];
  const found = db
    .prepare(`SELECT group_concat(rowid) FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid)`)
    .pluck();
  return facets.flatMap(({ id, name, value }) => {
    const have = db
      .prepare(`SELECT group_concat(seq) FROM (SELECT seq FROM jobs WHERE ${name} = ? ORDER BY seq)`)
      .pluck();
    const isSame = found.get(`facets:f${id}`) === have.get(value);
    return isSame ? [] : [`The search index finds the wrong jobs for ${name} ${value}.`];
  });
}

/** Checks that the last attempt of a job has the job's outcome and that no attempt is open after the job has ended. */
function wrongAttempts(db: Database.Database): string[] {
  const rows = db
    .prepare(
      `SELECT j.id, j.status AS job, a.number, a.status AS attempt FROM jobs j JOIN attempts a ON a.job_id = j.id
       WHERE j.ended_at IS NOT NULL AND j.engine <> 'group'
         AND (a.ended_at IS NULL OR a.number > j.attempt OR (a.number = j.attempt AND a.status <> j.status
           AND NOT (j.status = 'cancelled' AND a.status = 'failed')))`,
    )
    .all();
  return rows.map((row) => `Job and attempt disagree: ${JSON.stringify(row)}.`);
}
