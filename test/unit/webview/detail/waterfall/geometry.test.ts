import assert from 'node:assert/strict';
import fc from 'fast-check';
import { axisOf } from '../../../../../webview/detail/waterfall/axis.ts';
import { barParts } from '../../../../../webview/detail/waterfall/bars.ts';
import type { WaterfallItem } from '../../../../../webview/detail/waterfall/item.ts';
import { anItem } from './items.ts';

function axisFor(items: WaterfallItem[]) {
  return axisOf(items) ?? assert.fail('no axis');
}

describe('the time axis', () => {
  it('goes from the first job to the last end', () => {
    const { start, end } = axisFor([
      anItem({ queued: 10, started: 12, ended: 20 }),
      anItem({ queued: 11, started: 20, ended: 50 }),
    ]);
    assert.deepEqual([start, end], [10_000, 50_000]);
  });

  it('goes up to the present while a job runs', () => {
    assert.equal(axisFor([anItem({ status: 'running', queued: 0, started: 1, asOf: 90 })]).end, 90_000);
  });

  it('does not become longer only because jobs wait', () => {
    const done = anItem({ queued: 0, started: 1, ended: 5 });
    assert.equal(axisFor([done, anItem({ status: 'waiting', queued: 0, asOf: 9_000 })]).end, 5_000);
  });

  it('has a few ticks at times that people count by', () => {
    const ticks = (seconds: number) =>
      axisFor([anItem({ queued: 0, started: 0, ended: seconds })]).ticks.map(({ ms }) => ms / 1000);
    assert.deepEqual(ticks(7), [0, 2, 4, 6]);
    assert.deepEqual(ticks(50), [0, 15, 30, 45]);
    assert.deepEqual(ticks(3_600), [0, 900, 1_800, 2_700, 3_600]);
    assert.deepEqual(ticks(86_400 * 3), [0, 86_400, 86_400 * 2, 86_400 * 3]);
  });

  it('never has more than five ticks, all of them on the axis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000_000_000 }), (seconds) => {
        const { ticks } = axisFor([anItem({ queued: 0, started: 0, ended: seconds })]);
        assert.ok(ticks.length >= 2 && ticks.length <= 5, `${ticks.length} ticks for ${seconds} s`);
        assert.ok(ticks.every(({ x }) => x >= 0 && x <= 100));
      }),
    );
  });

  it('does not exist without times', () => {
    assert.equal(axisOf([]), null);
    assert.equal(axisOf([anItem({ status: 'pending' })]), null);
  });
});

describe('a bar', () => {
  const axis = { start: 0, end: 100_000, ticks: [] };
  const parts = (item: WaterfallItem) => barParts(item, axis).map(({ kind, x, width }) => [kind, x, width]);

  it('has a part for waiting and one for running', () => {
    assert.deepEqual(parts(anItem({ queued: 10, started: 30, ended: 80 })), [
      ['queued', 10, 20],
      ['ran', 30, 50],
    ]);
  });

  it('shows that there were earlier attempts', () => {
    assert.deepEqual(parts(anItem({ created: 0, queued: 20, started: 25, ended: 30, attempts: 3 })), [
      ['earlier', 0, 20],
      ['queued', 20, 5],
      ['ran', 25, 5],
    ]);
  });

  it('ends at the present while its job runs or waits', () => {
    assert.deepEqual(parts(anItem({ status: 'running', queued: 0, started: 40, asOf: 60 }))[1], ['ran', 40, 20]);
    assert.deepEqual(parts(anItem({ status: 'waiting', queued: 0, asOf: 60 })), [['queued', 0, 60]]);
  });

  it('has only the waiting time of a job that was cancelled before it started', () => {
    assert.deepEqual(parts(anItem({ status: 'cancelled', queued: 10, ended: 30 })), [['queued', 10, 20]]);
  });

  it('can be seen however short the job was, also at the end of the axis', () => {
    const [part] = barParts(anItem({ queued: 100, started: 100, ended: 100 }), axis);
    assert.ok(part !== undefined && part.width > 0 && part.x + part.width <= 100);
  });

  it('is empty for a step without times', () => {
    assert.deepEqual(parts(anItem({ status: 'pending' })), []);
  });

  it('always is within the axis', () => {
    const second = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(second, second, second, fc.boolean()), { minLength: 1 }), (times) => {
        const items = times.map(([queued, wait, run, ended]) => {
          const started = queued + wait;
          return ended
            ? anItem({ queued, started, ended: started + run })
            : anItem({ status: 'running', queued, started, asOf: 2_000 });
        });
        const common = axisFor(items);
        for (const { x, width } of items.flatMap((item) => barParts(item, common)))
          assert.ok(x >= 0 && width > 0 && x + width <= 100.000001, `${x} + ${width}`);
      }),
    );
  });
});
