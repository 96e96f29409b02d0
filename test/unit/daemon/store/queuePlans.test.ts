import assert from 'node:assert/strict';
import Database, { type Statement } from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Reads, readsOf } from '../../../../daemon/store/reads.ts';
import { Statements } from '../../../../daemon/store/statements.ts';
import { openTemporary, type Temporary } from './temporary.ts';

/** Records SQLite's plan of each query. */
class Plans extends Statements {
  readonly #db: Database.Database;
  latest = '';

  constructor(db: Database.Database) {
    super(db);
    this.#db = db;
  }

  override get(sql: string): Statement {
    const parameters = [...sql.matchAll(/\?/g)].map(() => 1);
    const plan = this.#db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
    this.latest = plan.map(({ detail }) => detail).join('\n');
    return super.get(sql);
  }
}

describe('the queries of dispatching', () => {
  let bench: Temporary;
  let db: Database.Database;
  beforeEach(() => {
    bench = openTemporary();
    db = new Database(bench.file);
  });
  afterEach(() => {
    db.close();
    bench.end();
  });

  const reads: [string, (rows: Reads) => unknown, RegExp][] = [
    [
      'the first queued jobs',
      (rows) => rows.queues.queued('q', '[]', 2),
      /^SEARCH jobs USING INDEX jobs_in_line \(queue=\?\)/,
    ],
    [
      'newly queued jobs',
      (rows) => rows.queues.notExamined('[]'),
      /^SEARCH jobs USING INDEX jobs_by_status \(status=\?\)/,
    ],
    ['jobs that are due', (rows) => rows.queues.due(1), /^SEARCH jobs USING INDEX jobs_due \(wait_until<\?\)$/],
    ['the next due time', (rows) => rows.queues.nextDue(), /^SCAN jobs USING INDEX jobs_due$/],
    ['attempts beyond their timeout', (rows) => rows.attempts.timedOut(1), /USING INDEX attempts_unfinished/],
    ['the next deadline', (rows) => rows.attempts.nextDeadline(), /USING INDEX attempts_unfinished/],
    ['schedules that are due', (rows) => rows.schedules.due(1), /^SEARCH schedules USING INDEX schedules_due/],
    ['the next schedule', (rows) => rows.schedules.nextRun(), /^SEARCH schedules USING COVERING INDEX schedules_due/],
    ['active jobs of a schedule', (rows) => rows.schedules.activeJobs('s'), /USING INDEX jobs_active_of_schedule/],
    [
      'the number of running attempts',
      (rows) => rows.queues.running(),
      /^SCAN attempts USING INDEX attempts_unfinished/,
    ],
  ];
  const ofGroups: typeof reads = [
    [
      'the number of taken slots',
      (rows) => rows.groups.slotsTaken('g', 1),
      /^CO-ROUTINE .*\nSEARCH jobs USING INDEX jobs_in_group/,
    ],
    [
      'the jobs that wait for a slot',
      (rows) => rows.groups.waitingForSlot('g', 1),
      /^SEARCH jobs USING INDEX jobs_group_full \(parent_id/,
    ],
    ['the counts', (rows) => rows.groups.statusCounts('g'), /^SEARCH group_counts USING PRIMARY KEY \(parent_id=\?\)$/],
    [
      'the first start',
      (rows) => rows.groups.firstStart('g'),
      /^SEARCH jobs USING COVERING INDEX jobs_of_parent_by_start/,
    ],
    ['the last end', (rows) => rows.groups.lastEnd('g', 'failed'), /USING COVERING INDEX jobs_of_parent_by_status/],
    [
      'the failed jobs',
      (rows) => rows.groups.endedTitles('g', 'failed', 3),
      /^SEARCH jobs USING INDEX jobs_of_parent_by_status [^\n]*$/,
    ],
    [
      'the first wait',
      (rows) => rows.groups.firstWait('g'),
      /^SEARCH jobs USING INDEX jobs_by_parent \(parent_id=\?\)$/,
    ],
    [
      'whom to cancel',
      (rows) => rows.groups.cancellable('g', 'waiting', 9),
      /^SEARCH jobs USING INDEX jobs_of_parent_by_status/,
    ],
    ['the groups', (rows) => rows.groups.counts(), /USING COVERING INDEX jobs_groups$/],
  ];
  for (const [name, read, plan] of ofGroups) {
    it(`find ${name} of a group without reading its jobs`, () => {
      const plans = new Plans(db);
      read(readsOf(plans));
      assert.match(plans.latest, plan);
      assert.doesNotMatch(plans.latest, /TEMP B-TREE/);
    });
  }

  for (const [name, read, plan] of reads) {
    it(`find ${name} with an index, without reading all waiting jobs`, () => {
      const plans = new Plans(db);
      read(readsOf(plans));
      assert.match(plans.latest, plan);
      assert.doesNotMatch(plans.latest.split('CORRELATED')[0] ?? '', /in_line.*TEMP B-TREE|SCAN jobs$/s);
    });
  }
});
