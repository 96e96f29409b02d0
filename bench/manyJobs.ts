/** Writes a database with a long history of finished jobs through SQL, in the state a daemon would leave it. */
import type { Database } from 'better-sqlite3';
import { openDatabase } from '../daemon/store/database.ts';
import { fillSearch, positionsPerMs, searchTriggers } from '../daemon/store/schema/searchStep.ts';

const words = 'alpha beacon cargo delta ember falcon garnet harbor indigo jasper kernel lumen meadow nectar onyx'.split(
  ' ',
);
const types = 'build test lint deploy train import export backup report migrate index crawl render encode sync'.split(
  ' ',
);
const errors = [
  'ECONNREFUSED while connecting to the database',
  'Out of memory in the worker',
  'Assertion failed in the suite',
];
const day = 86_400_000;

/** A deterministic random number generator: mulberry32, public domain. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Favors small indexes, because most jobs belong to a few types and workspaces. */
const skewed = (next: () => number, length: number) => Math.floor(next() ** 2 * length);

/** Creates `file` with `count` jobs that finished in the last `days` before `now`. */
export function writeHistory(file: string, count: number, { now, days }: { now: number; days: number }): void {
  const { db } = openDatabase(file, () => now);
  const triggers = [...searchTriggers().matchAll(/CREATE TRIGGER (\w+)/g)].map(([, name]) => name);
  // This data need not survive a crash, and the search index is filled in one pass at the end.
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.exec(triggers.map((name) => `DROP TRIGGER ${name};`).join(''));
  db.transaction(() => insertJobs(db, count, now - days * day, (days * day) / count))();
  db.transaction(() => db.exec(fillSearch() + searchTriggers()))();
  db.close();
}

function insertJobs(db: Database, count: number, start: number, spacing: number): void {
  const job =
    db.prepare(`INSERT INTO jobs (id, title, type, status, trigger, engine, queue, priority, command_line, cwd,
    workspace, created_by, parent_id, error, attempt, exit_code, created_at, queued_at, started_at, last_activity_at,
    ended_at, queue_order, rev, seq)
    VALUES (?, ?, ?, ?, ?, 'local', ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 1, ?)`);
  const data = db.prepare('INSERT INTO job_data (job_id, command) VALUES (?, ?)');
  const attempt = db.prepare(`INSERT INTO attempts (job_id, number, launch, status, created_at, started_at, ended_at)
    VALUES (?, 1, 1, ?, ?, ?, ?)`);
  const next = random(7);
  for (let n = 0; n < count; n += 1) {
    const id = `h${n.toString(36).padStart(9, '0')}`;
    const kind = skewed(next, types.length);
    const type = types[kind];
    const chance = next();
    const status = chance < 0.87 ? 'completed' : chance < 0.97 ? 'failed' : 'cancelled';
    const folder = `/home/user/projects/${words[skewed(next, words.length)]}`;
    const command = [
      'npm',
      'run',
      `${type}:${words[skewed(next, words.length)]}`,
      `--shard=${Math.floor(next() * 500)}`,
    ];
    const error = errors[skewed(next, errors.length)];
    const failure =
      status === 'failed' ? JSON.stringify({ code: 'EXIT_CODE', message: error, hint: null, details: null }) : null;
    const at = Math.floor(start + n * spacing);
    const began = at + Math.floor(next() * 2000);
    // Each type has a typical duration, from 0.2 s to ten minutes, with random variation.
    const spread = next() + next() + next() - 1.5;
    const ended = began + Math.floor(Math.exp(5.3 + kind * 0.57 + spread));
    job.run(
      id,
      `${type} ${words[skewed(next, words.length)]} ${n}`,
      type,
      status,
      next() < 0.2 ? 'scheduled' : 'manual',
      ['default', 'io', 'cpu', 'gpu'][skewed(next, 4)],
      ['normal', 'low', 'high', 'urgent'][skewed(next, 4)],
      command.join(' '),
      folder,
      folder,
      next() < 0.9 ? 'user@host' : 'ci@host',
      next() < 0.05 ? `group${Math.floor(n / 1000)}` : null,
      failure,
      status === 'completed' ? 0 : 1,
      at,
      at,
      began,
      ended,
      ended,
      n,
      at * positionsPerMs + (n % positionsPerMs),
    );
    data.run(id, JSON.stringify({ argv: command }));
    attempt.run(id, status, at, began, ended);
  }
}
