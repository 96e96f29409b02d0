/** The writes to the database. Only `jobs` uses them. */
import type { FeedSubject } from '../../shared/feedMessages.ts';
import { columnOf, encode } from './columns.ts';
import type { Reads } from './reads.ts';
import type { AttemptFields, EventFields, JobData, JobFields, ReportClientRow } from './rows.ts';
import { positionsPerMs } from './schema/searchStep.ts';
import type { Statements } from './statements.ts';
import type { DefinitionFileRow } from './tables/definitions.ts';
import { type QueueRow, queueFields } from './tables/queues.ts';
import type { RemoteIdRow } from './tables/remote.ts';
import type { CleanUp } from './tables/retention.ts';
import { keptRuns, type ScheduleRow, type ScheduleRunRow, scheduleFields } from './tables/schedules.ts';
import { commandLine } from './values.ts';

/** Maximum number of agreed contents of a definition file. */
const keptAgreements = 200;

/**
 * A job to insert: its required fields, and others that are not null. With a command, `commandLine` is derived from it.
 */
export type NewJob = Pick<JobFields, 'id' | 'title' | 'type' | 'status' | 'trigger' | 'engine' | 'queue' | 'priority'> &
  Pick<JobFields, 'createdAt' | 'queuedAt' | 'lastActivityAt'> &
  Partial<Omit<JobFields, 'attempt'>> & { idempotencyKey?: string | null };

/** One closure's part of a transaction. Its reads see what the closure has written so far. */
export class Tx implements Reads {
  readonly jobs: Reads['jobs'];
  readonly attempts: Reads['attempts'];
  readonly events: Reads['events'];
  readonly dependencies: Reads['dependencies'];
  readonly groups: Reads['groups'];
  readonly queues: Reads['queues'];
  readonly schedules: Reads['schedules'];
  readonly reports: Reads['reports'];
  readonly remote: Reads['remote'];
  readonly retention: Reads['retention'];
  readonly definitions: Reads['definitions'];
  /** Jobs that the closure inserted or changed, and jobs that it removed. */
  readonly touched = new Set<string>();
  readonly removed = new Set<string>();
  /** Parents of removed jobs. */
  readonly parentsOfRemoved = new Set<string>();
  /** Jobs whose only changes are activity and progress. */
  readonly active = new Set<string>();
  /** Jobs whose row has been written, with the revision. */
  readonly stamped = new Set<string>();
  /** Changes other than of jobs that clients show. */
  readonly subjects = new Set<FeedSubject>();
  /** The revision this transaction will have. */
  readonly rev: number;
  readonly #sql: Statements;

  constructor(sql: Statements, reads: Reads, rev: number) {
    this.#sql = sql;
    this.rev = rev;
    this.jobs = reads.jobs;
    this.attempts = reads.attempts;
    this.events = reads.events;
    this.dependencies = reads.dependencies;
    this.groups = reads.groups;
    this.queues = reads.queues;
    this.schedules = reads.schedules;
    this.reports = reads.reports;
    this.remote = reads.remote;
    this.retention = reads.retention;
    this.definitions = reads.definitions;
  }

  insertJob(job: NewJob, data: Partial<JobData>): void {
    const order = { queueOrder: this.#nextOrder(), seq: this.#nextPosition(job.createdAt) };
    this.#insert('jobs', {
      ...job,
      commandLine: commandLine(data.command ?? null) ?? job.commandLine ?? null,
      ...order,
      rev: this.rev,
    });
    this.#insert('job_data', { jobId: job.id, ...data });
    this.touched.add(job.id);
    this.stamped.add(job.id);
  }

  /**
   * Changes a job. Reopening a finished job (with `endedAt: null`) or queueing it again (with `queuedAt`) puts it at
   * the end of its queue.
   */
  updateJob(id: string, changes: Partial<Omit<JobFields, 'id'>>): void {
    const reopened = changes.endedAt === null && this.jobs.find(id)?.endedAt != null;
    const queued = reopened || changes.queuedAt !== undefined;
    const moved = {
      ...(queued ? { queueOrder: this.#nextOrder() } : {}),
      ...(reopened ? { reopenedRev: this.rev } : {}),
      ...(changes.progress !== undefined ? { progressFromOutput: 0 } : {}),
    };
    this.#update('jobs', { ...moved, ...changes, rev: this.rev }, { id });
    this.touched.add(id);
    this.stamped.add(id);
  }

  updateData(jobId: string, changes: Partial<JobData>): void {
    this.#update('job_data', { ...changes }, { jobId });
    if (changes.command !== undefined) this.updateJob(jobId, { commandLine: commandLine(changes.command) });
    this.touched.add(jobId);
  }

  insertAttempt(
    jobId: string,
    attempt: Partial<AttemptFields> & Pick<AttemptFields, 'number' | 'launch' | 'status' | 'createdAt'>,
  ): void {
    this.#insert('attempts', { jobId, ...attempt });
    this.touched.add(jobId);
  }

  updateAttempt(jobId: string, number: number, changes: Partial<Omit<AttemptFields, 'number'>>): void {
    this.#update('attempts', { ...changes }, { jobId, number });
    this.touched.add(jobId);
  }

  addEvent(jobId: string, event: EventFields): void {
    this.#insert('events', { jobId, ...event });
    this.touched.add(jobId);
  }

  updateEvent(jobId: string, id: number, changes: Partial<EventFields>): void {
    this.#update('events', { ...changes }, { id });
    this.touched.add(jobId);
  }

  /**
   * Records activity of a job and, unless undefined, its progress (JSON). Most reports write nothing else, so this one
   * statement stamps the revision too.
   */
  noteActivity(jobId: string, at: number, progress: string | null | undefined): void {
    if (progress === undefined) {
      this.#sql.get('UPDATE jobs SET last_activity_at = ?, rev = ? WHERE id = ?').run(at, this.rev, jobId);
    } else {
      const sql = 'UPDATE jobs SET progress = ?, progress_from_output = 0, last_activity_at = ?, rev = ? WHERE id = ?';
      this.#sql.get(sql).run(progress, at, this.rev, jobId);
    }
    this.active.add(jobId);
    this.stamped.add(jobId);
  }

  /** Records which reports of a client have been accepted. */
  putReportClient(jobId: string, client: string, { low, seen, progress }: ReportClientRow): void {
    const sql = `INSERT INTO report_clients (job_id, client, low, seen, progress_seq) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET low = excluded.low, seen = excluded.seen, progress_seq = excluded.progress_seq`;
    this.#sql.get(sql).run(jobId, client, low, seen, progress);
  }

  /** Forgets the accepted reports on a job: a new attempt numbers its reports from the beginning. */
  forgetReportClients(jobId: string): void {
    this.#sql.get('DELETE FROM report_clients WHERE job_id = ?').run(jobId);
  }

  /**
   * Limits a job's timeline to `keep` entries by removing old messages, first the ones with level `info`. Entries about
   * its status stay.
   */
  trimEvents(jobId: string, keep: number): void {
    const count = this.events.count(jobId);
    if (count <= keep) return;
    const sql = `DELETE FROM events WHERE id IN (SELECT id FROM events WHERE job_id = ? AND kind <> 'status'
      ORDER BY level <> 'info', id LIMIT ?)`;
    // Removes one percent more than needed, to avoid a full scan for each further entry.
    this.#sql.get(sql).run(jobId, count - keep + Math.ceil(keep / 100));
  }

  /** Removes a job with its attempts and events, and leaves a tombstone and an entry in `leftover_logs`. */
  removeJob(id: string): void {
    const parent = this.#sql.get('DELETE FROM jobs WHERE id = ? RETURNING parent_id').pluck().get(id);
    if (typeof parent === 'string') this.parentsOfRemoved.add(parent);
    this.#sql.get('INSERT OR REPLACE INTO deleted VALUES (?, ?)').run(id, this.rev);
    this.#sql.get('INSERT OR IGNORE INTO leftover_logs VALUES (?)').run(id);
    this.touched.delete(id);
    this.removed.add(id);
  }

  noteCleanUp(cleanUp: CleanUp): void {
    this.#sql.get(`INSERT OR REPLACE INTO meta VALUES ('last_clean_up', ?)`).run(JSON.stringify(cleanUp));
  }

  insertDependency(jobId: string, dependency: { onId: string; always: number; met: number }): void {
    this.#insert('dependencies', { jobId, ...dependency });
    this.touched.add(jobId);
  }

  meetDependency(jobId: string, onId: string, met: 0 | 1): void {
    this.#update('dependencies', { met }, { jobId, onId });
    this.touched.add(jobId);
  }

  /** Adds or changes a queue. */
  putQueue(queue: QueueRow): void {
    this.#put('queues', 'name', queueFields, queue);
    this.subjects.add('queues');
  }

  /** Adds or changes a schedule. */
  putSchedule(schedule: ScheduleRow): void {
    this.#put('schedules', 'id', scheduleFields, schedule);
    this.subjects.add('schedules');
  }

  /** Removes a schedule with its history. Its jobs stay. */
  removeSchedule(id: string): void {
    this.#sql.get('DELETE FROM schedules WHERE id = ?').run(id);
    this.subjects.add('schedules');
  }

  /** Adds an entry to a schedule's history. Only the latest entries are kept. */
  addScheduleRun(run: ScheduleRunRow): void {
    this.#insert('schedule_runs', { ...run });
    const sql = `DELETE FROM schedule_runs WHERE schedule_id = @id AND id <=
      (SELECT id FROM schedule_runs WHERE schedule_id = @id ORDER BY id DESC LIMIT 1 OFFSET ${keptRuns})`;
    this.#sql.get(sql).run({ id: run.scheduleId });
    this.subjects.add('schedules');
  }

  removeQueue(name: string): void {
    this.#sql.get('DELETE FROM queues WHERE name = ?').run(name);
    this.subjects.add('queues');
  }

  /** Records the ID of a job at its engine. */
  putRemoteId(connection: string, externalId: string, { jobId, base }: RemoteIdRow): void {
    const sql = `INSERT INTO remote_ids (connection, external_id, job_id, base) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET job_id = excluded.job_id, base = excluded.base, forgotten_at = NULL`;
    this.#sql.get(sql).run(connection, externalId, jobId, base);
  }

  /** Forgets the engine IDs of jobs that were removed before a time. */
  forgetRemoteIds(before: number): void {
    this.#sql.get('DELETE FROM remote_ids WHERE forgotten_at < ?').run(before);
  }

  /** Sends a job to clients again, because a change of another table affects it. */
  touch(jobId: string): void {
    this.touched.add(jobId);
  }

  /** Adds a definition file or changes its active text. */
  putDefinitionFile(row: DefinitionFileRow): void {
    const sql = `INSERT INTO definition_files (path, workspace, text, added_at)
      VALUES (@path, @workspace, @text, @addedAt) ON CONFLICT DO UPDATE SET text = excluded.text`;
    this.#sql.get(sql).run(row);
  }

  /** Removes a definition file and what was agreed to about it. */
  removeDefinitionFile(path: string): void {
    this.#sql.get('DELETE FROM definition_files WHERE path = ?').run(path);
    this.#sql.get('DELETE FROM agreed_definitions WHERE path = ?').run(path);
    this.#sql.get('DELETE FROM paused_definitions WHERE source = ?').run(path);
  }

  /** Records that the user agreed to a content of a file. Only the latest agreements are kept. */
  agreeToDefinitions(path: string, digest: string, at: number): void {
    const sql = `INSERT INTO agreed_definitions VALUES (@path, @digest, @at) ON CONFLICT DO UPDATE SET at = @at`;
    this.#sql.get(sql).run({ path, digest, at });
    const prune = `DELETE FROM agreed_definitions WHERE path = @path AND digest NOT IN
      (SELECT digest FROM agreed_definitions WHERE path = @path ORDER BY at DESC, digest LIMIT ${keptAgreements})`;
    this.#sql.get(prune).run({ path });
  }

  /** Remembers whether a schedule that a file no longer defines, or defines again, was paused. */
  notePausedDefinition(source: string, name: string, paused: boolean): void {
    const sql = paused
      ? 'INSERT INTO paused_definitions VALUES (?, ?) ON CONFLICT DO NOTHING'
      : 'DELETE FROM paused_definitions WHERE source = ? AND name = ?';
    this.#sql.get(sql).run(source, name);
  }

  /** Takes an agreement back. */
  disagreeWithDefinitions(path: string, digest: string): void {
    this.#sql.get('DELETE FROM agreed_definitions WHERE path = ? AND digest = ?').run(path, digest);
  }

  /** Records a start for the queue's rate limit. */
  noteStart(queue: string, at: number): void {
    this.#insert('queue_starts', { queue, at });
  }

  /** Forgets starts of a queue that no longer count: up to `until`, and in the future after the clock was set back. */
  forgetStarts(queue: string, until: number, now: number): void {
    this.#sql.get('DELETE FROM queue_starts WHERE queue = ? AND (at <= ? OR at > ?)').run(queue, until, now);
  }

  forgetLeftoverLogs(jobIds: string[]): void {
    const sql = 'DELETE FROM leftover_logs WHERE job_id IN (SELECT value FROM json_each(?))';
    this.#sql.get(sql).run(JSON.stringify(jobIds));
  }

  /** The next free position in the order of creation. If a millisecond is full, the next one is used. */
  #nextPosition(createdAt: number): number {
    for (let ms = createdAt; ; ms += 1) {
      const end = (ms + 1) * positionsPerMs;
      const sql = 'SELECT max(seq) FROM jobs WHERE seq >= ? AND seq < ?';
      const last = this.#sql
        .get(sql)
        .pluck()
        .get(ms * positionsPerMs, end) as number | null;
      const next = last === null ? ms * positionsPerMs : last + 1;
      if (next < end) return next;
    }
  }

  #nextOrder(): number {
    // Without the index hint SQLite scans all waiting jobs.
    const sql = `SELECT queue_order FROM jobs INDEXED BY jobs_queued WHERE status IN ('pending', 'waiting')
      ORDER BY queue_order DESC LIMIT 1`;
    return ((this.#sql.get(sql).pluck().get() as number | undefined) ?? 0) + 1;
  }

  #insert(table: string, values: Record<string, unknown>): void {
    const names = Object.keys(values);
    const sql = `INSERT INTO ${table} (${names.map(columnOf).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    this.#sql.get(sql).run(...names.map((name) => encode(name, values[name])));
  }

  /** Inserts a row or updates the one with its key. */
  #put(table: string, key: string, columns: object, row: object): void {
    const fields = Object.keys(columns);
    const sql = `INSERT INTO ${table} (${fields.map(columnOf).join(', ')})
      VALUES (${fields.map((field) => `@${field}`).join(', ')}) ON CONFLICT (${key}) DO UPDATE SET
      ${fields.map((field) => `${columnOf(field)} = excluded.${columnOf(field)}`).join(', ')}`;
    this.#sql.get(sql).run(row);
  }

  #update(table: string, values: Record<string, unknown>, key: Record<string, string | number>): void {
    const names = Object.keys(values);
    if (names.length === 0) return;
    const set = names.map((name) => `${columnOf(name)} = ?`).join(', ');
    const where = Object.keys(key)
      .map((name) => `${columnOf(name)} = ?`)
      .join(' AND ');
    const parameters = [...names.map((name) => encode(name, values[name])), ...Object.values(key)];
    this.#sql.get(`UPDATE ${table} SET ${set} WHERE ${where}`).run(...parameters);
  }
}
