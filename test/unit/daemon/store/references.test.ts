import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { JobdeckError } from '../../../../shared/errors.ts';
import { addJob, openTemporary, type Temporary } from './temporary.ts';

describe('references to jobs', () => {
  let bench: Temporary;
  beforeEach(async () => {
    bench = openTemporary();
    await addJob(bench.store, { id: 'abc1', title: 'Build', createdAt: 1 });
    await addJob(bench.store, { id: 'abd2', title: 'Build', createdAt: 3 });
    await addJob(bench.store, { id: 'xyz3', title: 'Nightly build', createdAt: 2 });
    await addJob(bench.store, { id: 'group4', title: 'tests', groupName: 'tests', engine: 'group', createdAt: 4 });
    await addJob(bench.store, { id: 'job5', title: 'tests', createdAt: 1 });
  });
  afterEach(() => bench.end());

  const resolve = (...refs: string[]) => bench.store.resolve(refs);
  const errorOf = (ref: string) => {
    try {
      return resolve(ref);
    } catch (error) {
      return error instanceof JobdeckError ? error : assert.fail(String(error));
    }
  };
  const codeOf = (ref: string) => (errorOf(ref) as JobdeckError).code;

  it('are IDs, unique prefixes of IDs, unique titles and names of groups', () => {
    assert.deepEqual(resolve('abc1', 'x', 'Nightly build', 'tests'), ['abc1', 'xyz3', 'xyz3', 'group4']);
  });

  it('are @ for the latest job and @n for the nth latest, without groups', () => {
    assert.deepEqual(resolve('@', '@1', '@2', '@3'), ['abd2', 'abd2', 'xyz3', 'job5']);
    assert.deepEqual(['@5', '@0', '@x'].map(codeOf), ['JOB_NOT_FOUND', 'JOB_NOT_FOUND', 'JOB_NOT_FOUND']);
  });

  it('prefer the whole ID to a prefix', async () => {
    await addJob(bench.store, { id: 'abc', createdAt: 1 });
    assert.deepEqual(resolve('abc'), ['abc']);
  });

  it('take no part of a title, and nothing of LIKE', () => {
    assert.deepEqual(['Nightly', 'ab_1', '%', 'nothing'].map(codeOf), Array(4).fill('JOB_NOT_FOUND'));
  });

  it('list the candidates when they are ambiguous, the latest title first', () => {
    const byPrefix = errorOf('ab') as JobdeckError;
    assert.deepEqual(byPrefix.toBody(), {
      code: 'AMBIGUOUS_JOB',
      params: { ref: 'ab', candidates: 'abc1 Build\nabd2 Build' },
      message: '“ab” matches several jobs.',
      hint: 'Use one of these IDs:\nabc1 Build\nabd2 Build',
    });
    assert.match((errorOf('Build') as JobdeckError).hint ?? '', /\nabd2 Build\nabc1 Build$/);
  });

  it('are ambiguous when they are the prefix of one job and the title of another one', async () => {
    await addJob(bench.store, { id: 'make000001', title: 'Other', createdAt: 9 });
    await addJob(bench.store, { id: 'zzz', title: 'make', createdAt: 9 });
    assert.equal(codeOf('make'), 'AMBIGUOUS_JOB');
    await addJob(bench.store, { id: 'done000001', title: 'done', createdAt: 9 });
    assert.deepEqual(resolve('done'), ['done000001']);
  });

  it('list at most five candidates', async () => {
    for (let n = 0; n < 7; n += 1) await addJob(bench.store, { id: `many${n}`, title: 'x'.repeat(90) });
    const [, ...lines] = ((errorOf('many') as JobdeckError).hint ?? '').split('\n');
    assert.equal(lines.length, 6);
    assert.equal(lines[0], `many0 ${'x'.repeat(59)}…`);
    assert.equal(lines[5], '…');
  });

  it('name the group of a list, which is empty for a group that was removed', async () => {
    await addJob(bench.store, { id: 'member', parentId: 'group4' });
    const ids = (parent: string) => bench.store.list({ parent }).jobs.map(({ id }) => id);
    assert.deepEqual([ids('tests'), ids('grou'), ids('group4'), ids('gone')], [['member'], ['member'], ['member'], []]);
  });
});
