/**
 * Migration: tables to filter, search and count a million jobs without reading them. Triggers update them in the
 * transaction that changes a job. See docs/design/store.md.
 */

/**
 * The first columns of `jobs` that lists could be filtered by. Each value in use is a row of `facets` with its number
 * of jobs.
 */
const firstFacets = [
  'status',
  'type',
  'trigger',
  'engine',
  'queue',
  'priority',
  'parent_id',
  'schedule_id',
  'workspace',
  'created_by',
];

/** The facets of lists in one version of the database. */
export interface FacetSet {
  /** Columns of `jobs`. */
  columns: readonly string[];
  /** The columns that a generated column among them is computed from. */
  sources: readonly string[];
  /** Whether each element of the JSON in `tags` is also a value of the facet `tag`. Tags never change. */
  tags: boolean;
}

/** The facets of three versions; the last one is the current version's. */
export const originalFacets: FacetSet = { columns: firstFacets, sources: [], tags: false };
export const remoteFacets: FacetSet = { ...originalFacets, columns: [...firstFacets, 'connection'] };
export const currentFacets: FacetSet = {
  columns: [...remoteFacets.columns, 'state'],
  sources: ['wait_reason', 'paused_at'],
  tags: true,
};

/** Number of positions in the order of creation per millisecond; see `Tx.insertJob`. */
export const positionsPerMs = 1024;

/** The facets of a row as a query of `name` and `value`. */
const facetsOf = ({ columns, tags }: FacetSet, row: 'old' | 'new') =>
  [
    ...columns.map((column) => `SELECT '${column}' AS name, ${row}.${column} AS value`),
    ...(tags ? [`SELECT 'tag' AS name, value FROM json_each(${row}.tags)`] : []),
  ].join(' UNION ALL ');
/** The facets that an update changed, as a query of `name`, `was` and `becomes`. */
const facetChanges = ({ columns }: FacetSet) =>
  `SELECT name, was, becomes FROM (${columns
    .map((column) => `SELECT '${column}' AS name, old.${column} AS was, new.${column} AS becomes`)
    .join(' UNION ALL ')}) WHERE was IS NOT becomes`;
const changed = (columns: readonly string[]) =>
  columns.map((column) => `old.${column} IS NOT new.${column}`).join(' OR ');

/** A facet's token in the full-text index: `f` and its number, in a column that text searches don't use. */
const token = (column: string) =>
  `coalesce(' f' || (SELECT id FROM facets WHERE name = '${column}' AND value = jobs.${column}), '')`;

/** The tokens of a job's tags. */
const tagTokens = `coalesce((SELECT group_concat(' f' || facets.id, '') FROM json_each(jobs.tags) AS tag
      JOIN facets ON facets.name = 'tag' AND facets.value = tag.value), '')`;

/** Columns that affect searches or filters. */
const indexed = ({ columns }: FacetSet) => [...columns, 'title', 'command_line', 'error'];
/** Only the message of the progress is searched, because its numbers change too often. */
const message = (row: 'old' | 'new') => `${row}.progress ->> '$.message'`;

const counted = ['status', 'type', 'started_at', 'ended_at'];

const count = (row: 'old' | 'new', sign: 1 | -1) => `
    INSERT INTO stats_days (day, type, status, jobs, ran, total_ms)
      SELECT ${row}.ended_day, ${row}.type, ${row}.status, ${sign}, ${sign} * (${row}.duration IS NOT NULL),
        ${sign} * coalesce(${row}.duration, 0) WHERE ${row}.ended_day IS NOT NULL AND ${row}.engine <> 'group'
      ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs, ran = ran + excluded.ran,
        total_ms = total_ms + excluded.total_ms;
    INSERT INTO stats_durations (day, type, step, jobs)
      SELECT ${row}.ended_day, ${row}.type, ${row}.duration_step, ${sign}
        WHERE ${row}.ended_day IS NOT NULL AND ${row}.duration_step IS NOT NULL AND ${row}.engine <> 'group'
      ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs;`;

const forgetEmpty = `
    DELETE FROM stats_days WHERE day = old.ended_day AND type = old.type AND status = old.status AND jobs = 0;
    DELETE FROM stats_durations
      WHERE day = old.ended_day AND type = old.type AND step = old.duration_step AND jobs = 0;`;

/** A duration cut to its first two digits: 12,345 → 12,000. */
const step = [
  `CASE WHEN max(0, ended_at - started_at) < 100 THEN max(0, ended_at - started_at)`,
  ...Array.from({ length: 12 }, (_, digits) => {
    const unit = 10 ** (digits + 1);
    return `WHEN ended_at - started_at < ${unit * 100} THEN (ended_at - started_at) / ${unit} * ${unit}`;
  }),
  `ELSE ended_at - started_at END`,
].join(' ');

/** A query that counts the jobs by name and value of the facets. */
export const facetCounts = ({ columns, tags } = currentFacets) =>
  [
    ...columns.map(
      (column) =>
        `SELECT '${column}' AS name, ${column} AS value, count(*) AS jobs FROM jobs WHERE ${column} IS NOT NULL GROUP BY 2`,
    ),
    ...(tags ? [`SELECT 'tag', value, count(*) FROM jobs, json_each(tags) GROUP BY 2`] : []),
  ].join(' UNION ALL ');

/** Brings the index of one job up to date: in the same transaction, as triggers of earlier versions did. */
const indexNow = (seq: string) => `
    DELETE FROM search WHERE rowid = ${seq};
    INSERT INTO search (rowid, title, command, message, error, facets)
      SELECT seq, title, command, message, error, facets FROM search_docs WHERE seq = ${seq};`;
/** Leaves that to the next search; see SearchIndex. */
const indexLater = (seq: string) => `
    INSERT INTO search_due VALUES (${seq}) ON CONFLICT DO NOTHING;`;
type Indexing = (seq: string) => string;

/** Fills the tables that the triggers maintain, from all jobs. */
export const fillSearch = (facets = currentFacets) => `
  INSERT INTO facets (name, value, jobs)
    ${facetCounts(facets)};
  INSERT INTO search (rowid, title, command, message, error, facets)
    SELECT seq, title, command, message, error, facets FROM search_docs;
  INSERT INTO stats_days (day, type, status, jobs, ran, total_ms)
    SELECT ended_day, type, status, count(*), count(duration), coalesce(sum(duration), 0) FROM jobs
    WHERE ended_day IS NOT NULL GROUP BY 1, 2, 3;
  INSERT INTO stats_durations (day, type, step, jobs)
    SELECT ended_day, type, duration_step, count(*) FROM jobs
    WHERE ended_day IS NOT NULL AND duration_step IS NOT NULL GROUP BY 1, 2, 3;
`;

export const searchTriggers = (facets = currentFacets, index: Indexing = indexLater) => `
  CREATE TRIGGER jobs_inserted AFTER INSERT ON jobs BEGIN
    INSERT INTO facets (name, value, jobs)
      SELECT name, value, 1 FROM (${facetsOf(facets, 'new')}) WHERE value IS NOT NULL
      ON CONFLICT DO UPDATE SET jobs = jobs + 1;
    ${index('new.seq')}
    ${count('new', 1)}
  END;

  CREATE TRIGGER jobs_indexed AFTER UPDATE OF progress, ${[...indexed(facets), ...facets.sources].join(', ')} ON jobs
    WHEN ${changed(indexed(facets))} OR ${message('old')} IS NOT ${message('new')} BEGIN
    UPDATE facets SET jobs = jobs - 1 WHERE (name, value) IN
      (SELECT name, was FROM (${facetChanges(facets)}));
    INSERT INTO facets (name, value, jobs)
      SELECT name, becomes, 1 FROM (${facetChanges(facets)}) WHERE becomes IS NOT NULL
      ON CONFLICT DO UPDATE SET jobs = jobs + 1;
    ${index('new.seq')}
  END;

  CREATE TRIGGER jobs_counted AFTER UPDATE OF ${counted.join(', ')} ON jobs WHEN ${changed(counted)} BEGIN
    ${count('old', -1)}
    ${count('new', 1)}
    ${forgetEmpty}
  END;

  CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN
    UPDATE facets SET jobs = jobs - 1 WHERE (name, value) IN
      (${facetsOf(facets, 'old')});
    DELETE FROM facets WHERE jobs = 0;
    ${index('old.seq')}
    ${count('old', -1)}
    ${forgetEmpty}
  END;

  CREATE TRIGGER events_told AFTER INSERT ON events WHEN new.level <> 'info' BEGIN
    ${index('(SELECT seq FROM jobs WHERE id = new.job_id)')}
  END;
`;

/** The content of the full-text index for each job. */
const searchDocs = (facets = currentFacets) => `
  CREATE VIEW search_docs AS SELECT
    seq,
    title,
    command_line AS command,
    coalesce(progress ->> '$.message', '') || ' ' || coalesce((SELECT group_concat(message, ' ') FROM
      (SELECT message FROM events WHERE job_id = jobs.id AND level <> 'info' ORDER BY id DESC LIMIT 20)), '') AS message,
    coalesce(error ->> '$.code', '') || ' ' || coalesce(error ->> '$.message', '')
      || ' ' || substr(coalesce(error ->> '$.details', ''), 1, 2000) AS error,
    ${[...facets.columns.map(token), ...(facets.tags ? [tagTokens] : [])].join(' || ')} AS facets
  FROM jobs;
`;

export const searchStep = `
  -- The position in the order of creation: created_at times ${positionsPerMs}, counting up inside a millisecond.
  ALTER TABLE jobs ADD COLUMN seq INTEGER;
  ALTER TABLE jobs ADD COLUMN duration INTEGER AS (max(0, ended_at - started_at)) VIRTUAL;
  ALTER TABLE jobs ADD COLUMN duration_step INTEGER AS (CASE WHEN started_at IS NULL OR ended_at IS NULL THEN NULL ELSE ${step} END) VIRTUAL;
  -- Values that lists are sorted by; jobs without a value come first.
  ALTER TABLE jobs ADD COLUMN end_order INTEGER AS (coalesce(ended_at, -1)) VIRTUAL;
  ALTER TABLE jobs ADD COLUMN duration_order INTEGER AS (coalesce(max(0, ended_at - started_at), -1)) VIRTUAL;
  ALTER TABLE jobs ADD COLUMN ended_day INTEGER AS (ended_at / 86400000) VIRTUAL;
  CREATE TEMP TABLE places AS SELECT id, row_number() OVER (ORDER BY created_at, id) AS place, created_at AS at FROM jobs;
  CREATE UNIQUE INDEX temp.places_by_id ON places (id);
  -- If a millisecond has more jobs than positions, the later jobs use positions of the next one.
  UPDATE jobs SET seq = (SELECT spread FROM
    (SELECT id, place + max(at * ${positionsPerMs} - place) OVER (ORDER BY place) AS spread FROM places) AS spreads
    WHERE spreads.id = jobs.id);
  DROP TABLE temp.places;
  DROP INDEX jobs_by_creation;
  CREATE UNIQUE INDEX jobs_by_seq ON jobs (seq);
  CREATE INDEX jobs_orders ON jobs (seq, end_order, duration_order);
  CREATE INDEX jobs_by_end_order ON jobs (end_order, seq);
  CREATE INDEX jobs_by_duration ON jobs (duration_order, seq);
  CREATE INDEX events_telling ON events (job_id, id) WHERE level <> 'info';

  CREATE TABLE facets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    jobs INTEGER NOT NULL,
    UNIQUE (name, value)
  ) STRICT;
  CREATE INDEX facets_unused ON facets (id) WHERE jobs = 0;

  -- Durations of finished jobs by the UTC day of their end; a step is a duration cut to its first two digits.
  CREATE TABLE stats_days (
    day INTEGER NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    jobs INTEGER NOT NULL,
    ran INTEGER NOT NULL,
    total_ms INTEGER NOT NULL,
    PRIMARY KEY (day, type, status)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE stats_durations (
    day INTEGER NOT NULL,
    type TEXT NOT NULL,
    step INTEGER NOT NULL,
    jobs INTEGER NOT NULL,
    PRIMARY KEY (day, type, step)
  ) STRICT, WITHOUT ROWID;

  CREATE VIRTUAL TABLE search USING fts5(
    title, command, message, error, facets,
    content = '', contentless_delete = 1, prefix = '2 3 4 5', tokenize = 'unicode61 remove_diacritics 2'
  );
  ${searchDocs(originalFacets)}

  ${fillSearch(originalFacets)}
  ${searchTriggers(originalFacets, indexNow)}
`;

const triggerNames = ['jobs_inserted', 'jobs_indexed', 'jobs_counted', 'jobs_deleted', 'events_told'];

/** Replaces the triggers and the view of an earlier version by those for these facets. */
export const renewSearch = (facets: FacetSet, index: Indexing = indexNow) => `
  ${triggerNames.map((name) => `DROP TRIGGER ${name};`).join(' ')}
  DROP VIEW search_docs;
  ${searchDocs(facets)}
  ${searchTriggers(facets, index)}
`;

/** Migration: jobs are indexed when a search needs it, and not with each change of their status. */
export const searchDueStep = `
  -- Positions of jobs that changed or were removed since they were indexed.
  CREATE TABLE search_due (seq INTEGER PRIMARY KEY) STRICT;
  ${renewSearch(currentFacets, indexLater)}
`;
