/** Checks that the checks of `npm run torture` detect violations. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addJob, openTemporary, type Temporary } from '../unit/daemon/store/temporary.ts';
import { checkDatabase } from './checkDatabase.ts';
import { kindWeights } from './kinds.ts';
import { blockedFiles, damages, type Fault, type Load, needsMounts, type Plan, planRound } from './plan.ts';
import { judgeProofs, overlaps, parseProofs } from './proofs.ts';

const abilities = { disk: true, cgroups: true };

describe('a planned round', () => {
  it('depends only on seed and round', () => {
    const plan = (seed: number, round: number) => JSON.stringify(planRound(seed, round, abilities));
    assert.equal(plan(7, 3), plan(7, 3));
    assert.notEqual(plan(7, 3), plan(7, 4));
    assert.notEqual(plan(7, 3), plan(8, 3));
  });

  it('only omits faults that need mounts if nothing can be mounted', () => {
    const seed = firstSeed(({ faults }) => faults.some(needsMounts));
    const [all, without] = [true, false].map((disk) => planRound(seed, 0, { ...abilities, disk }));
    assert.deepEqual(
      without?.faults,
      all?.faults.filter((fault) => !needsMounts(fault)),
    );
    assert.deepEqual(without?.load, all?.load);
  });

  it('only omits jobs that need cgroups if none can be created', () => {
    const needsCgroup = (step: Load) => step.do === 'submit' && step.job.needsCgroup;
    const seed = firstSeed(({ load }) => load.some(needsCgroup));
    const [all, without] = [true, false].map((cgroups) => planRound(seed, 0, { ...abilities, cgroups }));
    assert.deepEqual(
      without?.load,
      all?.load.filter((step) => !needsCgroup(step)),
    );
    assert.deepEqual(without?.faults, all?.faults);
  });

  it('has every fault and every kind of job in some round', () => {
    const plans = Array.from({ length: 60 }, (_, seed) => planRound(seed, 0, abilities));
    const faults = new Set(plans.flatMap((plan) => plan.faults.map((fault) => variantOf(fault))));
    for (const variant of ['stopOnFullDisk', 'changeHome link', 'changeHome bind', 'changeHome move', 'loseInfo fifo'])
      assert.ok(faults.has(variant), variant);
    for (const how of damages) assert.ok(faults.has(`damage ${how}`), how);
    for (const file of blockedFiles) assert.ok(faults.has(`block ${file}`), file);
    const kinds = new Set(plans.flatMap(({ load }) => load.map((step) => (step.do === 'submit' ? step.job.kind : ''))));
    for (const kind of Object.keys(kindWeights)) assert.ok(kinds.has(kind), kind);
  });
});

function firstSeed(isSuitable: (plan: Plan) => boolean): number {
  const seed = Array.from({ length: 100 }, (_, i) => i).find((one) => isSuitable(planRound(one, 0, abilities)));
  assert.ok(seed !== undefined);
  return seed;
}

function variantOf(fault: Fault): string {
  switch (fault.do) {
    case 'changeHome':
      return `${fault.do} ${fault.to}`;
    case 'block':
      return `${fault.do} ${fault.file}`;
    case 'damage':
    case 'loseInfo':
      return `${fault.do} ${fault.how}`;
    default:
      return fault.do;
  }
}

describe('the proofs written by jobs', () => {
  const judge = (lines: string[], single: string[] = []) =>
    judgeProofs(parseProofs(lines.join('\n')), new Set(single)).map((text) => text.split(':')[0]);

  it('are accepted if each attempt started once', () => {
    assert.deepEqual(judge(['S a id1 1 -', 'E a id1 1 -', 'S a id1 2 -', 'S b id2 1 -'], ['a', 'b']), []);
  });

  it('reveal an attempt that ran twice, even if it was killed in between', () => {
    assert.deepEqual(judge(['S a id1 1 -', 'S b id2 1 -', 'S a id1 1 -']), ['It ran 2 times']);
  });

  it('reveal an attempt that ran beside processes of an earlier one', () => {
    const lines = ['S a id1 1 -', 'S a id1 2 -', 'B a id1 2 -'];
    assert.deepEqual(judge(lines), ['It ran beside processes of an earlier attempt']);
    assert.deepEqual(judgeProofs(parseProofs(lines.join('\n')), new Set(), { mayLeave: (id) => id === 'id1' }), []);
  });

  it('reveal a submission that became two jobs', () => {
    assert.deepEqual(judge(['S a id1 1 -', 'S a id2 1 -'], ['a']), ['a was submitted once and ran as id1, id2.']);
    assert.deepEqual(judge(['S a id1 1 -', 'S a id2 1 -']), []);
  });

  it('reveal a scheduled time that ran twice', () => {
    assert.deepEqual(judge(['S t id1 1 10:00', 'S t id2 1 10:00', 'S t id3 1 10:01']), ['The schedule ran 2 times']);
  });

  it('reveal a scheduled time that ran twice after a loss, and accept one that ran before and after it', () => {
    const lines = ['S t id1 1 10:00', 'S t id2 1 10:00', 'S t id3 1 10:00'];
    const since = (mayRepeatFrom: number, count: number) =>
      judgeProofs(parseProofs(lines.slice(0, count).join('\n')), new Set(), { mayRepeatFrom }).length;
    assert.deepEqual([since(1, 2), since(2, 2), since(1, 3), since(0, 2)], [0, 1, 1, 1]);
  });

  it('reveal overlapping jobs with a concurrency of one, but ignore killed ones', () => {
    const own = new Set(['a', 'b']);
    const overlapCount = (lines: string[]) => overlaps(parseProofs(lines.join('\n')), own).length;
    assert.equal(overlapCount(['S a 1 1 -', 'E a 1 1 -', 'S b 2 1 -', 'S c 3 1 -', 'E b 2 1 -']), 0);
    assert.equal(overlapCount(['S a 1 1 -', 'S b 2 1 -', 'E a 1 1 -', 'E b 2 1 -']), 1);
    assert.equal(overlapCount(['S a 1 1 -', 'S b 2 1 -', 'E b 2 1 -']), 0);
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

  /** Runs statements behind the triggers' back and returns the violations found. */
  function foundAfter(...statements: string[]): string[] {
    const db = new Database(temporary.file);
    for (const statement of statements) db.exec(statement);
    db.close();
    return checkDatabase(temporary.file).map((text) => text.split(' ').slice(0, 3).join(' '));
  }

  it('is accepted as written by the daemon', () => {
    assert.deepEqual(foundAfter(), []);
  });

  it('is rejected if a count is wrong', () => {
    assert.deepEqual(foundAfter(`UPDATE facets SET jobs = jobs + 1 WHERE name = 'type' AND value = 'odd'`), [
      'facets has [{"name":"type","value":"odd","jobs":26}]',
    ]);
    assert.match(foundAfter('DELETE FROM stats_days').join(), /stats_days has \[\]/);
    assert.match(foundAfter('UPDATE stats_durations SET jobs = 0').join(), /stats_durations has/);
  });

  it('is rejected if the search index misses a job', () => {
    const other = `UPDATE facets SET id = id + 1000 WHERE name = 'type' AND value = 'odd'`;
    assert.deepEqual(foundAfter(other), ['The search index']);
  });

  it('is rejected if a page is damaged', () => {
    const bytes = readFileSync(temporary.file);
    bytes.fill(0, 20 * 4096, 21 * 4096);
    writeFileSync(temporary.file, bytes);
    assert.match(foundAfter().join(), /integrity_check reported:/);
  });
});
