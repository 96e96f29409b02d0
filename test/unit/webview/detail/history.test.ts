import assert from 'node:assert/strict';
import { historyOf, isLike } from '../../../../extension/detail/history.ts';
import type { HistoryMessage, PastRun } from '../../../../shared/panel.ts';
import { historyView } from '../../../../webview/detail/view/history.ts';
import { stepTo } from '../../../../webview/roving.ts';
import { timesFor } from '../../../../webview/times.ts';
import { aFailedJob, aJob, at, start } from './builders.ts';

const showTime = timesFor({ locale: 'en-GB', timeZone: 'UTC' });

/** A job that ran for `seconds` and ended this many seconds after the start. */
function ended(id: string, seconds: number, end: number, over: Parameters<typeof aFailedJob>[0] = {}) {
  return aFailedJob({ id, status: 'completed', startedAt: at(end - seconds), endedAt: at(end), ...over });
}

function aRun(id: string, seconds: number, end: number, over: Partial<PastRun> = {}): PastRun {
  return { id, status: 'completed', ms: seconds * 1000, endedAt: at(end), ...over };
}

function viewOf(runs: PastRun[], job = ended('j1', 30, 31), given: Partial<HistoryMessage> = {}) {
  return historyView({ type: 'history', sameCommand: true, runs, ...given }, job, start + 60_000, showTime);
}

describe('the similar runs', () => {
  it('have the same command line if there are at least three, oldest first', () => {
    const other = { commandLine: 'make all' };
    const jobs = [ended('d', 4, 40), ended('c', 3, 30), ended('x', 9, 25, other), ended('b', 2, 20)];
    const { sameCommand, runs } = historyOf(jobs, aJob());
    assert.equal(sameCommand, true);
    assert.deepEqual(
      runs.map(({ id, ms }) => [id, ms]),
      [
        ['b', 2_000],
        ['c', 3_000],
        ['d', 4_000],
      ],
    );
  });

  it('have the same type otherwise', () => {
    const { sameCommand, runs } = historyOf([ended('b', 2, 20), ended('x', 9, 15, { commandLine: 'make' })], aJob());
    assert.deepEqual([sameCommand, runs.length], [false, 2]);
    assert.equal(historyOf([], aJob({ commandLine: null })).sameCommand, false);
    const lines = [ended('b', 2, 20), ended('x', 9, 15, { commandLine: 'make' })];
    assert.equal(historyOf(lines, aJob({ type: 'shell' })).runs.length, 1, 'Shell lines have no type in common.');
  });

  it('are the latest 50 that ran', () => {
    const never = ended('n', 1, 9, { startedAt: null, status: 'cancelled' });
    assert.deepEqual(historyOf([never], aJob()).runs, []);
    const many = Array.from({ length: 70 }, (_, index) => ended(`j${index}`, 1, 100 - index));
    const { runs } = historyOf(many, aJob());
    assert.deepEqual([runs.length, runs[0]?.id, runs.at(-1)?.id], [50, 'j49', 'j0']);
  });

  it('may change when a job of the same type finishes, and only then', () => {
    assert.equal(isLike(aFailedJob(), aJob()), true);
    assert.equal(isLike(aJob(), aJob()), false);
    assert.equal(isLike(aFailedJob({ type: 'other' }), aJob()), false);
    assert.equal(isLike(undefined, aJob()), false);
    assert.equal(isLike(aFailedJob(), null), false);
  });
});

describe('the plot of durations', () => {
  it('scales runs to the longest one, and marks the page’s job', () => {
    const runs = viewOf([aRun('a', 10, 10), aRun('j1', 30, 31), aRun('b', 40, 80)])?.runs ?? [];
    assert.deepEqual(
      runs.map(({ id, share, current }) => [id, share, current]),
      [
        ['a', 0.25, false],
        ['j1', 0.75, true],
        ['b', 1, false],
      ],
    );
  });

  it('has a label for each run: status, duration and end', () => {
    const runs = viewOf([aRun('a', 10, 10, { status: 'failed' }), aRun('j1', 30, 31)])?.runs ?? [];
    assert.deepEqual(
      runs.map(({ label }) => label),
      ['Failed, 10 s, 09:00:10', 'This job: Completed, 30 s, 09:00:31'],
    );
  });

  it('names the runs and their median', () => {
    const runs = [aRun('a', 10, 10), aRun('b', 20, 20), aRun('c', 40, 30)];
    assert.equal(viewOf(runs)?.note, 'Latest 3 runs of this command. Median: 20 s.');
    assert.equal(viewOf(runs)?.median, 0.5);
    assert.equal(viewOf(runs, undefined, { sameCommand: false })?.note, 'Latest 3 runs of type build. Median: 20 s.');
  });

  it('ends with a running job, without its duration, which does not count for the median', () => {
    const view = viewOf([aRun('a', 10, 10), aRun('b', 20, 20)], aJob());
    assert.deepEqual(view?.runs.map(({ id, label }) => [id, label]).at(-1), ['j1', 'This job: Running']);
    assert.equal(view?.runs.at(-1)?.share, 1);
    assert.match(view?.note ?? '', /^Latest 2 .* 20 s\.$/);
  });

  it('names the duration of the only other run', () => {
    const note = (sameCommand: boolean) => viewOf([aRun('a', 10, 10)], aJob(), { sameCommand })?.note;
    assert.equal(note(true), 'The other run of this command took 10 s.');
    assert.equal(note(false), 'The other run of type build took 10 s.');
  });

  it('begins with a job that is older than all the others', () => {
    const ids = viewOf([aRun('a', 10, 50), aRun('b', 20, 60)])?.runs.map(({ id }) => id);
    assert.deepEqual(ids, ['j1', 'a', 'b']);
  });

  it('is not shown if there is nothing to compare with', () => {
    assert.equal(historyView(null, aJob(), start, showTime), null);
    assert.equal(viewOf([]), null);
    assert.equal(viewOf([aRun('j1', 30, 31)]), null);
    assert.equal(viewOf([aRun('a', 1, 1)], aJob({ startedAt: null, status: 'pending' })), null);
  });
});

describe('keyboard navigation', () => {
  it('stops at both ends and ignores other keys', () => {
    const to = (key: string, from: number) => stepTo(key, from, 3);
    assert.deepEqual([to('ArrowRight', 0), to('ArrowRight', 2), to('ArrowLeft', 0)], [1, 2, 0]);
    assert.deepEqual([to('ArrowDown', 1), to('ArrowUp', 1), to('Home', 2), to('End', 0)], [2, 0, 0, 2]);
    assert.deepEqual([to('Enter', 1), to('Tab', 1), to('a', 1)], [null, null, null]);
  });
});
