import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../../extension/base/text.ts';
import { readRange } from '../../../../../extension/tree/filter/dateRange.ts';
import { isFiltering, type JobFilter, matcher, readFilter } from '../../../../../extension/tree/filter/filter.ts';
import { queryOf } from '../../../../../extension/tree/filter/filterQuery.ts';
import { describeFilter } from '../../../../../extension/tree/filter/filterWords.ts';
import { hasWords, searchWords } from '../../../../../extension/tree/filter/searchWords.ts';
import { sectionStatuses } from '../../../../../extension/tree/older/olderSections.ts';
import type { Job } from '../../../../../shared/job.ts';
import { ago, makeJob, now } from '../../builders.ts';

const ended = sectionStatuses.finished;
const passes = (job: Job, filter: JobFilter) => matcher(filter, now)(job);
const iso = (time: number) => new Date(time).toISOString();

describe('a filter by text and date', () => {
  it('is restored, without invalid parts', () => {
    const filter: JobFilter = { type: ['build'], text: 'disk fu', since: '7d', endedUntil: '2025-06-01' };
    assert.deepEqual(readFilter(JSON.parse(JSON.stringify(filter))), filter);
    for (const wrong of [{ text: 7 }, { text: ' ' }, { since: 'soon' }, { until: '' }, { text: 'x'.repeat(1_001) }]) {
      assert.equal(isFiltering(readFilter(wrong)), false, JSON.stringify(wrong));
    }
  });

  it('matches jobs created or ended in its range, including the last day or moment', () => {
    const job = makeJob({ status: 'failed', createdAt: ago(60), endedAt: ago(5) });
    const is = (filter: JobFilter) => passes(job, filter);
    assert.ok(is({ since: '2h' }) && !is({ since: '30min' }));
    assert.ok(is({ until: '30min' }) && !is({ until: '2h' }));
    assert.ok(is({ endedSince: ago(5), endedUntil: ago(5) }) && !is({ endedUntil: ago(6) }));
    assert.ok(!passes(makeJob(), { endedSince: '2h' }), 'what has not ended');
    const day = new Date(now);
    const today = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
    assert.ok(passes({ ...job, createdAt: iso(now) }, { since: today, until: today }));
  });

  it('is described in words', () => {
    for (const [filter, words] of [
      [{ text: 'disk full ' }, '“disk full”'],
      [{ since: '7d' }, 'created in the last 7d'],
      [{ since: '2025-06-01', until: '2025-06-01' }, 'created on 2025-06-01'],
      [{ since: '2025-06-01', until: '2025-06-07' }, 'created 2025-06-01 to 2025-06-07'],
      [{ until: '2025-06-07' }, 'created until 2025-06-07'],
      [
        { status: ['failed'], endedSince: '2025-06-01T00:00:00.000Z', endedUntil: '2025-06-01T23:59:59.999Z' },
        'Failed · ended on 2025-06-01',
      ],
      [{ type: ['build'], endedSince: '2025-05-03T00:00:00.000Z' }, 'build · ended since 2025-05-03'],
    ] as const) {
      assert.equal(describeFilter(filter, t), words);
    }
  });

  it('is parsed from typed text', () => {
    assert.deepEqual(readRange('7d', now), { since: '7d' });
    assert.deepEqual(readRange('2025-05-01', now), { since: '2025-05-01', until: '2025-05-01' });
    assert.deepEqual(readRange(' 2025-05-01 to 2025-05-09 ', now), { since: '2025-05-01', until: '2025-05-09' });
    assert.deepEqual(readRange('2025-05-01..2025-05-09', now), { since: '2025-05-01', until: '2025-05-09' });
    for (const wrong of ['', 'soon', '2025-05-09 to 2025-05-01', '2025-05-01 to', '1d to 2d to 3d']) {
      assert.equal(readRange(wrong, now), null, wrong);
    }
  });

  it('stores a day as a date, so that it is the same day tomorrow', () => {
    assert.match(readRange('yesterday', now)?.since ?? '', /^\d{4}-\d\d-\d\d$/);
  });
});

describe('search words', () => {
  const has = (text: string, given: Parameters<typeof makeJob>[0] = {}) =>
    hasWords(makeJob({ title: 'Nightly Café-Build', ...given }), searchWords(text));

  it('must all be in title, command, message or error, ignoring case and diacritics', () => {
    assert.ok(has('cafe nightly'));
    assert.ok(has('npm'), 'of the command');
    assert.ok(has('disk', { error: { code: 'X', message: 'The disk is full.', hint: null, details: null } }));
    assert.ok(has('shard', { progress: { current: 1, total: null, message: 'Shard 3', phase: null } }));
    assert.ok(!has('nightly deploy'));
  });

  it('may end with a prefix, unless a space follows or it has one character', () => {
    assert.ok(has('night'));
    assert.ok(!has('night build'));
    assert.ok(!has('night '));
    assert.ok(!has('n'));
    assert.ok(!has('12', { commandLine: 'run 12ab3k' }), 'a number is whole');
  });

  it('match everything if empty', () => {
    assert.ok(has(' -- '));
  });
});

describe('a filter as a query for the daemon', () => {
  const ask = (filter: JobFilter, among: readonly (typeof ended)[number][] = ended) => queryOf(filter, among, now);

  it('requests matching jobs by end time', () => {
    assert.deepEqual(ask({ status: ['failed', 'running'], type: ['build', 'test'], trigger: ['manual', 'reported'] }), {
      status: 'failed',
      trigger: 'manual,reported',
      type: ['build', 'test'],
      sort: 'endedAt',
    });
  });

  it('requests jobs with any of the tags, also beside words', () => {
    assert.deepEqual(ask({ tag: ['nightly', 'docs'] })?.tag, ['nightly', 'docs']);
    assert.deepEqual(ask({ tag: ['nightly'], text: 'disk' }), {
      status: ended.join(','),
      tag: ['nightly'],
      q: 'disk',
    });
  });

  it('is empty if no status is left', () => {
    assert.equal(ask({ status: ['running'] }), null);
  });

  it('requests active jobs by creation time', () => {
    assert.deepEqual(ask({}, ['pending', 'running']), { status: 'pending,running' });
  });

  it('contains times as timestamps', () => {
    const query = ask({ since: '7d', endedSince: ago(60), endedUntil: ago(5) });
    assert.deepEqual(
      [query?.since, query?.until, query?.endedSince, query?.endedUntil],
      [iso(now - 7 * 86_400_000), undefined, ago(60), ago(5)],
    );
  });

  it('searches by creation time, limited by the end time', () => {
    const query = ask({ text: 'disk', endedSince: ago(60), endedUntil: ago(5) });
    assert.deepEqual(
      [query?.q, query?.sort, query?.endedSince, query?.endedUntil],
      ['disk', undefined, undefined, undefined],
    );
    assert.equal(query?.until, iso(Date.parse(ago(5)) + 1));
  });

  it('does not search without a word', () => {
    assert.deepEqual(ask({ text: ' -- ' }), { status: ended.join(','), sort: 'endedAt' });
  });
});
