import assert from 'node:assert/strict';
import { chipsOf, countRows } from '../../../../../webview/detail/waterfall/chips.ts';
import type { WaterfallItem } from '../../../../../webview/detail/waterfall/item.ts';
import { type Column, HeldOrder, nextSort, sorted } from '../../../../../webview/detail/waterfall/order.ts';
import { anItem } from './items.ts';

const rows = [
  anItem({ id: 'a', name: 'shard 12', status: 'completed', queued: 0, started: 5, ended: 8, share: 1 }),
  anItem({ id: 'b', name: 'shard 2', status: 'failed', queued: 0, started: 1, ended: 9, share: 0.4, error: 'boom' }),
  anItem({ id: 'c', name: 'shard 3', status: 'waiting', queued: 0 }),
  anItem({ id: 'd', name: 'shard 1', status: 'running', queued: 0, started: 9, asOf: 10, share: 0.2 }),
];
const ids = (items: readonly WaterfallItem[]) => items.map(({ id }) => id).join('');
const by = (column: Column, order: 'ascending' | 'descending' = 'ascending') => ids(sorted(rows, { column, order }));

describe('the order of rows', () => {
  it('is that of creation, unless a column sorts them', () => {
    assert.equal(ids(sorted(rows, null)), 'abcd');
  });

  it('counts numbers in names', () => {
    assert.equal(by('name'), 'dbca');
    assert.equal(by('name', 'descending'), 'acbd');
  });

  it('by status begins with what needs attention', () => {
    assert.equal(by('status'), 'bdca');
  });

  it('has rows without a value last, in both directions', () => {
    assert.equal(by('duration'), 'dabc');
    assert.equal(by('duration', 'descending'), 'badc');
    assert.equal(by('progress'), 'dbac');
    assert.equal(by('start'), 'badc');
    assert.equal(by('error', 'descending'), 'bacd');
  });

  it('changes with each click: ascending, descending, as created', () => {
    const first = nextSort(null, 'status');
    assert.deepEqual(first, { column: 'status', order: 'ascending' });
    const second = nextSort(first, 'status');
    assert.equal(second?.order, 'descending');
    assert.equal(nextSort(second, 'status'), null);
    assert.deepEqual(nextSort(second, 'name'), { column: 'name', order: 'ascending' });
  });
});

describe('the order while the reader points at a row', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => anItem({ id })) as [WaterfallItem, WaterfallItem, WaterfallItem];

  it('stays', () => {
    const order = new HeldOrder();
    order.of([a, b], [a, b], false);
    assert.equal(ids(order.of([a, b], [b, a], true)), 'ab');
    assert.equal(ids(order.of([a, b], [b, a], false)), 'ba');
  });

  it('keeps rows that no longer match, with their new data, and adds others at the end', () => {
    const order = new HeldOrder();
    order.of([a, b], [a, b], false);
    const failed = anItem({ id: 'a', status: 'failed' });
    const shown = order.of([failed, b, c], [c, b], true);
    assert.equal(ids(shown), 'abc');
    assert.equal(shown[0], failed);
  });

  it('drops removed rows', () => {
    const order = new HeldOrder();
    order.of([a, b], [a, b], false);
    assert.equal(ids(order.of([b], [b], true)), 'b');
  });
});

describe('the filters', () => {
  it('have the statuses that occur, with failures first', () => {
    const chips = chipsOf({ completed: 35, failed: 3, running: 2, pending: 0 });
    assert.deepEqual(
      chips.map(({ word, count }) => `${word} ${count}`),
      ['Failed 3', 'Running 2', 'Completed 35'],
    );
  });

  it('count jobs that are paused or being cancelled as running', () => {
    const items = [anItem({ status: 'paused' }), anItem({ status: 'cancelling' }), anItem({ status: 'running' })];
    assert.deepEqual(countRows(items), { running: 3 });
  });
});
