import assert from 'node:assert/strict';
import { ClickGuard, clickedRow } from '../../../../extension/base/clickGuard.ts';
import { selectedRow } from '../../../../extension/base/selectedRow.ts';

describe('clicks on the buttons of rows', () => {
  let now: number;
  let guard: ClickGuard;
  beforeEach(() => {
    now = 0;
    guard = new ClickGuard(() => now);
  });

  it('count once for a double click, whatever row has come under the pointer', () => {
    assert.equal(guard.admits('a'), true);
    now = 499;
    assert.equal(guard.admits('b'), false);
    assert.equal(guard.admits('a'), false);
    now = 500;
    assert.equal(guard.admits('b'), true);
  });

  it('count again at once if they only open something of the same row', () => {
    guard.admits('a');
    now = 100;
    assert.equal(guard.admits('b', true), false);
    assert.equal(guard.admits('a', true), true);
    now = 599;
    assert.equal(guard.admits('b', true), false);
  });

  it('do not count on another row when the clicked one has just left its place', () => {
    guard.admits('a');
    now = 3_000;
    guard.moved();
    now = 3_499;
    assert.equal(guard.admits('b'), false);
    assert.equal(guard.admits('a'), true);
    now = 4_000;
    assert.equal(guard.admits('b'), true);
  });

  it('are not held up by other rows', () => {
    guard.admits('a');
    now = 1_000;
    assert.equal(guard.admits('b'), true);
    assert.equal(guard.row, 'b');
  });

  it('are recognized by the two arguments of the editor', () => {
    assert.equal(clickedRow([{ kind: 'job', id: 'j1' }, undefined]), 'j1');
    assert.equal(clickedRow([{ kind: 'job', id: 'j1' }]), null);
    assert.equal(clickedRow([{ kind: 'job', id: 'j1' }, [{ kind: 'job', id: 'j1' }]]), null);
    assert.equal(clickedRow(['j1', undefined]), null);
    assert.equal(clickedRow([undefined, undefined]), null);
    assert.equal(clickedRow([]), null);
  });
});

describe('the row that a click opens', () => {
  it('is the selected one', async () => {
    assert.equal(await selectedRow({ selection: ['a'] }), 'a');
    assert.equal(await selectedRow({ selection: ['a', 'b'] }), undefined);
  });

  it('is awaited while the editor redraws the list', async () => {
    const view: { selection: string[] } = { selection: [] };
    let waits = 0;
    const row = await selectedRow(view, async () => {
      waits += 1;
      if (waits === 3) view.selection = ['a'];
    });
    assert.deepEqual([row, waits], ['a', 3]);
  });

  it('is none if the selected row is gone', async () => {
    assert.equal(await selectedRow({ selection: [] }, async () => undefined), undefined);
  });
});
