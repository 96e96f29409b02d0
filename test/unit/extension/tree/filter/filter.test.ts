import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../../extension/base/text.ts';
import {
  filterOf,
  isFiltering,
  type JobFilter,
  matcher,
  noFilter,
  readFilter,
} from '../../../../../extension/tree/filter/filter.ts';
import { choices, countFacets, filterItems, together } from '../../../../../extension/tree/filter/filterItems.ts';
import { describeFilter } from '../../../../../extension/tree/filter/filterWords.ts';
import type { Job } from '../../../../../shared/job.ts';
import { makeJob, now } from '../../builders.ts';

describe('the filter', () => {
  const passes = (job: Job, filter: JobFilter) => matcher(filter, now)(job);

  it('is restored, without invalid parts', () => {
    const kept = JSON.parse(JSON.stringify(filterOf([{ facet: 'queue', value: 'gpu' }])));
    assert.deepEqual(readFilter(kept), { queue: ['gpu'] });
    for (const other of [undefined, null, 7, 'x', [], { queue: 7, status: [1], other: ['x'] }]) {
      assert.equal(isFiltering(readFilter(other)), false, JSON.stringify(other));
    }
  });

  const failed = makeJob({ status: 'failed', type: 'test' });
  const build = makeJob({ type: 'build' });

  it('matches everything if nothing is selected', () => {
    assert.ok(passes(failed, noFilter));
    assert.equal(isFiltering(noFilter), false);
  });

  it('matches jobs with one of the values of each facet', () => {
    const filter = filterOf([
      { facet: 'status', value: 'failed' },
      { facet: 'type', value: 'test' },
      { facet: 'type', value: 'lint' },
    ]);
    assert.ok(passes(failed, filter));
    assert.ok(!passes(build, filter));
    assert.ok(!passes({ ...failed, type: 'build' }, filter));
    assert.equal(describeFilter(filter, t), 'Failed · test, lint');
  });

  it('offers values that differ between jobs, with counts', () => {
    const offered = choices(countFacets([failed, build, build]), noFilter, t).map(({ facet, label, count }) => [
      facet,
      label,
      count,
    ]);
    assert.deepEqual(offered, [
      ['status', 'Running', 2],
      ['status', 'Failed', 1],
      ['type', 'build', 2],
      ['type', 'test', 1],
    ]);
  });

  it('matches jobs with any of the selected tags, beside the other facets', () => {
    const filter = { tag: ['nightly', 'docs'], type: ['build'] };
    assert.ok(passes({ ...build, tags: ['gpu', 'docs'] }, filter));
    assert.ok(!passes({ ...build, tags: ['gpu'] }, filter));
    assert.ok(!passes(build, filter));
    assert.ok(!passes({ ...failed, tags: ['docs'] }, filter));
    assert.deepEqual(readFilter(JSON.parse(JSON.stringify(filter))), filter);
    assert.equal(describeFilter(filter, t), 'build · nightly, docs');
  });

  it('offers each tag of a job, even a single one', () => {
    const offered = (...jobs: Job[]) =>
      choices(countFacets(jobs), noFilter, t).map(({ facet, value, count }) => [facet, value, count]);
    const nightly = { ...build, tags: ['nightly', 'gpu'] };
    assert.deepEqual(offered(nightly, { ...build, tags: ['nightly'] }), [
      ['tag', 'nightly', 2],
      ['tag', 'gpu', 1],
    ]);
    assert.deepEqual(offered(build, { ...build, tags: ['nightly'] }), [['tag', 'nightly', 1]]);
    assert.deepEqual(offered(build), []);
  });

  it('still offers selected values that no job has', () => {
    const offered = choices(countFacets([build]), { type: ['test'] }, t).map(({ value, count }) => [value, count]);
    assert.deepEqual(offered, [
      ['build', 1],
      ['test', 0],
    ]);
  });

  it('stays the same if the selection is not changed', () => {
    const filter = { type: ['test', 'build'], status: ['failed'], text: 'disk', since: '7d', endedUntil: '2025-06-01' };
    const items = filterItems(countFacets([failed, build]), filter, t);
    const picked = items.filter((item) => item.picked).map(({ part }) => part);
    assert.deepEqual(together(picked), { ...filter, type: ['build', 'test'] });
    assert.deepEqual(
      items.filter(({ facet }) => facet === null).map(({ label }) => label),
      ['“disk”', 'created in the last 7d', 'ended until 2025-06-01'],
    );
    assert.deepEqual(together([]), noFilter);
  });

  it('escapes icons in its list', () => {
    const odd = makeJob({ type: '$(trash) tidy' });
    const labels = filterItems(countFacets([odd, build]), noFilter, t).map(({ label }) => label);
    assert.deepEqual(labels, ['\\$(trash) tidy', 'build']);
  });
});
