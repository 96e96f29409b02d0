/** The judges of `npm run torture` find what they are there for. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addJob, openTemporary, type Temporary } from '../unit/daemon/store/temporary.ts';
import { checkDatabase } from './checkDatabase.ts';
import { planRound } from './plan.ts';
import { judgeProofs, meetings, parseProofs } from './proofs.ts';

describe('a planned round', () => {
  it('is the same for the same seed and round, and another one otherwise', () => {
    const plan = (seed: number, round: number) => JSON.stringify(planRound(seed, round, { disk: true }));
    assert.equal(plan(7, 3), plan(7, 3));
    assert.notEqual(plan(7, 3), plan(7, 4));
    assert.notEqual(plan(7, 3), plan(8, 3));
  });

  it('loses only the faults of a disk where none can be made', () => {
    const isOfDisk = (what: string) => what === 'fillDisk' || what === 'readOnly';
    const seed = Array.from({ length: 50 }, (_, i) => i).find((one) =>
      planRound(one, 0, { disk: true }).faults.some((fault) => isOfDisk(fault.do)),
    );
    assert.ok(seed !== undefined);
    const [all, without] = [true, false].map((disk) => planRound(seed, 0, { disk }));
    assert.deepEqual(
      without?.faults,
      all?.faults.filter((fault) => !isOfDisk(fault.do)),
    );
    assert.deepEqual(without?.load, all?.load);
  });
});

describe('what jobs left as proof', () => {
  const judge = (lines: string[], single: string[] = []) =>
    judgeProofs(parseProofs(lines.join('\n')), new Set(single)).map((text) => text.split(':')[0]);

  it('is fine when each attempt began once', () => {
    assert.deepEqual(judge(['S a id1 1 -', 'E a id1 1 -', 'S a id1 2 -', 'S b id2 1 -'], ['a', 'b']), []);
  });

  it('tells of an attempt that ran twice, also when it was killed in between', () => {
    assert.deepEqual(judge(['S a id1 1 -', 'S b id2 1 -', 'S a id1 1 -']), ['It ran 2 times']);
  });

  it('tells of a submit that became two jobs', () => {
    assert.deepEqual(judge(['S a id1 1 -', 'S a id2 1 -'], ['a']), ['a was submitted once and ran as id1, id2.']);
    assert.deepEqual(judge(['S a id1 1 -', 'S a id2 1 -']), []);
  });

  it('tells of a time of a schedule that came twice', () => {
    assert.deepEqual(judge(['S t id1 1 10:00', 'S t id2 1 10:00', 'S t id3 1 10:01']), ['The schedule ran 2 times']);
  });

  it('tells of two that met although one runs at a time, but not of one that was killed', () => {
    const own = new Set(['a', 'b']);
    const met = (lines: string[]) => meetings(parseProofs(lines.join('\n')), own).length;
    assert.equal(met(['S a 1 1 -', 'E a 1 1 -', 'S b 2 1 -', 'S c 3 1 -', 'E b 2 1 -']), 0);
    assert.equal(met(['S a 1 1 -', 'S b 2 1 -', 'E a 1 1 -', 'E b 2 1 -']), 1);
    assert.equal(met(['S a 1 1 -', 'S b 2 1 -', 'E b 2 1 -']), 0);
  });
});

describe('a database', () => {
  let temporary: Temporary;
  beforeEach(async () => {
    temporary = openTemporary();
    for (let n = 0; n < 50; n += 1) {
      const times = { createdAt: 1_000 + n, startedAt: 2_000, endedAt: 3_000 + n };
      await addJob(temporary.store, { id: `job${n}`, type: n % 2 ? 'odd' : 'even', ...times });
    }
    temporary.store.close();
  });
  afterEach(() => temporary.end());

  /** What is found after this was done to it behind the triggers' back. */
  function foundAfter(...statements: string[]): string[] {
    const db = new Database(temporary.file);
    for (const statement of statements) db.exec(statement);
    db.close();
    return checkDatabase(temporary.file).map((text) => text.split(' ').slice(0, 3).join(' '));
  }

  it('is fine as the daemon wrote it', () => {
    assert.deepEqual(foundAfter(), []);
  });

  it('is not when a count is wrong', () => {
    assert.deepEqual(foundAfter(`UPDATE facets SET jobs = jobs + 1 WHERE name = 'type' AND value = 'odd'`), [
      'facets has [{"name":"type","value":"odd","jobs":26}]',
    ]);
    assert.match(foundAfter('DELETE FROM stats_days').join(), /stats_days has \[\]/);
    assert.match(foundAfter('UPDATE stats_durations SET jobs = 0').join(), /stats_durations has/);
  });

  it('is not when a job can not be found by what it is', () => {
    const other = `UPDATE facets SET id = id + 1000 WHERE name = 'type' AND value = 'odd'`;
    assert.deepEqual(foundAfter(other), ['The index of']);
  });

  it('is not when a page is damaged', () => {
    const bytes = readFileSync(temporary.file);
    bytes.fill(0, 20 * 4096, 21 * 4096);
    writeFileSync(temporary.file, bytes);
    assert.match(foundAfter().join(), /integrity_check says:/);
  });
});
