import assert from 'node:assert/strict';
import { findMatching, type MatchCriteria } from '../../../../../extension/tree/commands/findMatching.ts';
import type { DaemonClient } from '../../../../../shared/client/http.ts';
import type { ListQuery } from '../../../../../shared/protocol.ts';
import { ago, makeJob, now } from '../../builders.ts';

/** Searches jobs in pages of one job each. */
async function find(jobs: ReturnType<typeof makeJob>[], criteria: Partial<MatchCriteria>) {
  const asked: ListQuery[] = [];
  const counts: number[] = [];
  const list = async (query: ListQuery) => {
    asked.push(query);
    const at = Number(query.cursor ?? '0');
    const nextCursor = at + 1 < jobs.length ? String(at + 1) : null;
    return { jobs: jobs.slice(at, at + 1), nextCursor, total: jobs.length, totalIsExact: true };
  };
  const connection = { client: async () => ({ list }) as unknown as DaemonClient };
  const whole: MatchCriteria = { filter: {}, among: ['failed'], applies: () => true, now, ...criteria };
  const found = await findMatching({ connection }, whole, (count) => counts.push(count));
  return { titles: found.map(({ title }) => title), asked, counts };
}

const failed = (title: string, over: Parameters<typeof makeJob>[0] = {}) =>
  makeJob({ status: 'failed', title, ...over });

describe('all matching jobs', () => {
  it('are found page by page and counted', async () => {
    const { titles, asked, counts } = await find([failed('a'), failed('b'), failed('c')], {});
    assert.deepEqual(titles, ['a', 'b', 'c']);
    assert.deepEqual([asked.length, asked[0]?.status, counts], [3, 'failed', [1, 2, 3]]);
  });

  it('are without groups, whose jobs are included', async () => {
    const children = { pending: 0, waiting: 0, running: 0, completed: 0, failed: 1, cancelled: 0, lost: 0 };
    const jobs = [failed('a'), failed('group', { children }), failed('b'), failed('old', { endedAt: ago(90) })];
    const { titles } = await find(jobs, { applies: ({ title }) => title !== 'a', filter: { endedSince: '1h' } });
    assert.deepEqual(titles, ['b']);
  });

  it('have the tag of the filter', async () => {
    const jobs = [failed('a', { tags: ['nightly', 'gpu'] }), failed('b', { tags: ['gpu'] }), failed('c')];
    const { titles, asked } = await find(jobs, { filter: { tag: ['nightly'] } });
    assert.deepEqual([titles, asked[0]?.tag], [['a'], ['nightly']]);
  });

  it('are empty without a request if the filter excludes the status', async () => {
    const { titles, asked } = await find([failed('a')], { filter: { status: ['running'] } });
    assert.deepEqual([titles, asked], [[], []]);
  });
});
