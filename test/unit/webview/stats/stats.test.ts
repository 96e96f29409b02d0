import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Stats } from '../../../../shared/stats.ts';
import {
  endStatuses,
  readStatsPageMessage,
  readStatsPageState,
  type StatsMessage,
} from '../../../../shared/statsPanel.ts';
import {
  type Bar,
  type Day,
  fillDays,
  layOutDays,
  niceTicks,
  stepInChart,
} from '../../../../webview/stats/dayChart.ts';
import { type FiguresView, formatsFor, statsViewOf } from '../../../../webview/stats/view.ts';

const formats = formatsFor('en-GB');
const none = { completed: 0, failed: 0, cancelled: 0, lost: 0 };
const figures = {
  jobs: 10,
  completed: 7,
  failed: 2,
  cancelled: 1,
  lost: 0,
  successRate: 7 / 9,
  totalMs: 70_000,
  averageMs: 7_000,
  p50Ms: 6_000,
  p95Ms: 20_000,
};

function makeStats(given: Partial<Stats> = {}): Stats {
  return {
    since: '2025-05-26T00:00:00.000Z',
    until: '2025-06-02T00:00:00.000Z',
    timezone: 'UTC',
    firstDay: '2025-05-26',
    lastDay: '2025-06-01',
    recordedDays: 7,
    active: { pending: 0, waiting: 3, running: 2 },
    ...figures,
    types: [
      { type: 'build', ...figures, jobs: 8, failed: 0, p50Ms: 5_000, p95Ms: 10_000, successRate: 1 },
      { type: 'deploy', ...figures, jobs: 2, failed: 2, p50Ms: 20_000, p95Ms: 20_000, successRate: 0 },
    ],
    days: [
      { day: '2025-05-30', jobs: 4, ...none, completed: 3, failed: 1, totalMs: 30_000 },
      { day: '2025-06-01', jobs: 6, ...none, completed: 4, failed: 1, cancelled: 1, totalMs: 40_000 },
    ],
    ...given,
  };
}

function viewOf(given: Partial<StatsMessage> = {}) {
  const link = { state: 'live', since: null, error: null } as const;
  return statsViewOf({ type: 'stats', days: 7, stats: makeStats(), link, problem: null, ...given }, formats);
}

function figuresOf(stats: Stats): FiguresView {
  const view = viewOf({ stats }).figures;
  assert.ok(view !== null);
  return view;
}

describe('the chart of days', () => {
  const days = fc.array(
    fc.record({ completed: fc.nat(500), failed: fc.nat(500), cancelled: fc.nat(9), lost: fc.nat(9) }),
    { minLength: 1, maxLength: 90 },
  );

  it('keeps all bars inside, with days side by side and statuses stacked', () => {
    fc.assert(
      fc.property(days, (counts) => {
        const { bars } = layOutDays(
          counts.map((one, index): Day => ({ day: String(index), counts: one })),
          160,
        );
        for (const { x, width, y, height } of bars) {
          assert.ok(x >= 0 && x + width <= 100.001 && y >= 0 && y + height <= 160.001 + 2 && height > 0);
        }
        const parts = counts.flatMap((one) => endStatuses.filter((status) => one[status] > 0));
        assert.equal(bars.length, parts.length);
        for (const [index, bar] of bars.entries()) {
          const below = bars[index - 1];
          if (below?.day === bar.day) assert.ok(Math.abs(bar.y + bar.height - below.y) < 2.001);
          else if (below !== undefined) assert.ok(bar.x >= below.x + below.width);
        }
      }),
    );
  });

  it('has an axis of at most six whole numbers that covers all bars', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (most) => {
        const ticks = niceTicks(most);
        assert.ok(ticks.every(Number.isInteger) && ticks.length >= 2 && ticks.length <= 6);
        assert.equal(ticks[0], 0);
        assert.ok((ticks.at(-1) ?? 0) >= most);
      }),
    );
    assert.deepEqual(niceTicks(17), [0, 5, 10, 15, 20]);
    assert.deepEqual(niceTicks(0), [0, 1]);
  });

  it('labels a few days, including the latest', () => {
    const known = Array.from({ length: 30 }, (_, index): Day => ({ day: `d${index}`, counts: none }));
    const { labels } = layOutDays(known, 160);
    assert.ok(labels.length <= 6);
    assert.equal(labels.at(-1)?.day, 'd29');
  });

  it('supports arrow keys: between days to the nearest status, and up and down within a day', () => {
    const known: Day[] = [
      { day: 'd1', counts: { ...none, completed: 3, failed: 1 } },
      { day: 'd2', counts: none },
      { day: 'd3', counts: { ...none, completed: 2, cancelled: 1 } },
    ];
    const { bars } = layOutDays(known, 160);
    const name = (bar: Bar | undefined) => `${bar?.day} ${bar?.status}`;
    const walk = (from: string, key: string) => {
      const to = stepInChart(
        bars,
        bars.findIndex((bar) => name(bar) === from),
        key,
      );
      return to === null ? null : name(bars[to]);
    };
    assert.equal(walk('d1 completed', 'ArrowRight'), 'd3 completed');
    assert.equal(walk('d1 failed', 'ArrowRight'), 'd3 completed');
    assert.equal(walk('d3 cancelled', 'ArrowLeft'), 'd1 failed');
    assert.equal(walk('d1 completed', 'ArrowUp'), 'd1 failed');
    assert.equal(walk('d1 failed', 'ArrowUp'), 'd1 failed');
    assert.equal(walk('d3 completed', 'ArrowDown'), 'd3 completed');
    assert.equal(walk('d3 completed', 'ArrowRight'), 'd3 completed');
    assert.equal(walk('d1 completed', 'ArrowLeft'), 'd1 completed');
    assert.deepEqual([walk('d3 cancelled', 'Home'), walk('d1 completed', 'End')], ['d1 failed', 'd3 completed']);
    assert.equal(walk('d1 completed', 'Enter'), null);
    assert.equal(stepInChart([], 0, 'End'), null);
  });

  it('includes days without jobs', () => {
    const known = [{ day: '2025-05-31', counts: { ...none, failed: 1 } }];
    const filled = fillDays(known, '2025-05-30', '2025-06-01');
    assert.deepEqual(
      filled.map(({ day, counts }) => [day, counts.failed]),
      [
        ['2025-05-30', 0],
        ['2025-05-31', 1],
        ['2025-06-01', 0],
      ],
    );
  });
});

describe('the statistics page', () => {
  it('names the period and the number of jobs', () => {
    const view = viewOf();
    assert.equal(view.range, 'Mon 26 May 2025 to Sun 1 Jun 2025'.replaceAll(/(Mon|Sun) /g, '$1, '));
    assert.equal(view.announcement, 'Last 7 days: 10 jobs finished.');
    assert.deepEqual(
      view.windows.map(({ label, selected }) => [label, selected]),
      [
        ['Last 7 Days', true],
        ['Last 30 Days', false],
        ['Last 90 Days', false],
      ],
    );
  });

  it('shows totals, success rate, throughput, processing time and median duration', () => {
    assert.deepEqual(
      figuresOf(makeStats()).tiles.map(({ value, note }) => [value, note]),
      [
        ['10', '2 running, 3 waiting now'],
        ['77.7%', '2 failed or lost'],
        ['1.4 per day', 'peak: 6 on 1 Jun'],
        ['1 min 10 s', '10 s per day'],
        ['6 s', 'p95 20 s'],
      ],
    );
  });

  it('averages over the days that have been recorded', () => {
    const notes = figuresOf(makeStats({ recordedDays: 2 })).tiles.slice(2, 4);
    assert.deepEqual([notes[0]?.value, notes[1]?.note], ['5 per day', '35 s per day']);
  });

  it('never shows 100% if something failed', () => {
    const tile = figuresOf(makeStats({ successRate: 0.99999 })).tiles[1];
    assert.equal(tile?.value, '99.9%');
  });

  it('has the numbers of the chart in a table, latest day first', () => {
    assert.deepEqual(
      figuresOf(makeStats()).days.map(({ label, counts, time }) => [label, counts.completed, counts.failed, time]),
      [
        ['Sun, 1 Jun 2025', 4, 1, '40 s'],
        ['Fri, 30 May 2025', 3, 1, '30 s'],
      ],
    );
  });

  it('has only statuses that occur in its legend', () => {
    assert.deepEqual(
      figuresOf(makeStats()).legend.map(({ status }) => status),
      ['completed', 'failed', 'cancelled'],
    );
  });

  it('scales durations to the longest one', () => {
    const { types } = figuresOf(makeStats());
    assert.deepEqual(
      types.map(({ type, p50Share, p95Share }) => [type, p50Share, p95Share]),
      [
        ['build', 25, 50],
        ['deploy', 100, 100],
      ],
    );
  });

  it('lists the slowest types and the types with most failures', () => {
    const { slowest, failing } = figuresOf(makeStats());
    assert.deepEqual(slowest, [
      { type: 'deploy', note: 'p95 20 s' },
      { type: 'build', note: 'p95 10 s' },
    ]);
    assert.deepEqual(failing, [{ type: 'deploy', note: '2 of 2 failed' }]);
  });

  it('has no figures before the first statistics, or if no jobs finished', () => {
    assert.deepEqual([viewOf({ stats: null }).figures, viewOf({ stats: null }).range], [null, null]);
    const empty = makeStats({ jobs: 0, days: [], types: [] });
    assert.equal(viewOf({ stats: empty }).figures, null);
    assert.ok(viewOf({ stats: empty }).range !== null);
  });

  it('shows when the daemon stopped and the time of the numbers, and offers to start it', () => {
    const away = viewOf({ link: { state: 'offline', since: '2025-06-01T12:00:00.000Z', error: null } }).banner;
    assert.match(away?.text ?? '', /not running\. Showing numbers from .*2025/);
    assert.equal(away?.canStart, true);
    assert.equal(viewOf({ link: { state: 'connecting', since: null, error: null } }).banner?.canStart, false);
  });

  it('shows why the numbers could not be read', () => {
    const problem = { code: 'INTERNAL', message: 'It broke.', hint: 'Fix it.', details: null } as const;
    assert.deepEqual(viewOf({ problem: problem as StatsMessage['problem'] }).banner, {
      tone: 'error',
      text: 'Could not read the statistics. It broke.',
      hint: 'Fix it.',
      canStart: false,
    });
  });
});

describe('a message of the statistics page', () => {
  it('is read without unknown fields', () => {
    assert.deepEqual(readStatsPageMessage({ type: 'ready', more: 1 }), { type: 'ready' });
    assert.deepEqual(readStatsPageMessage({ type: 'window', days: 90 }), { type: 'window', days: 90 });
    assert.deepEqual(readStatsPageMessage({ type: 'showJobs', jobType: 'build' }), {
      type: 'showJobs',
      jobType: 'build',
      status: null,
      day: null,
    });
    const ofDay = { type: 'showJobs', jobType: null, status: 'failed', day: '2025-06-01' };
    assert.deepEqual(readStatsPageMessage(ofDay), ofDay);
  });

  it('is rejected if it is invalid', () => {
    for (const wrong of [
      null,
      'ready',
      {},
      { type: 'run' },
      { type: 'window', days: 8 },
      { type: 'showJobs' },
      { type: 'showJobs', status: 'running' },
      { type: 'showJobs', jobType: 7, status: 'failed' },
      { type: 'showJobs', status: 'failed', day: 'today' },
      { type: 'showJobs', status: 'failed', day: '2025-02-30' },
    ]) {
      assert.equal(readStatsPageMessage(wrong), null, JSON.stringify(wrong));
    }
  });

  it('is a state whose invalid parts are ignored', () => {
    assert.deepEqual(readStatsPageState({ days: 90 }), { days: 90 });
    for (const wrong of [null, undefined, 'x', {}, { days: 8 }])
      assert.deepEqual(readStatsPageState(wrong), { days: 30 });
  });
});
