import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { DrawPace } from '../../../../extension/tree/drawPace.ts';

describe('the pace of a tree', () => {
  let drawn: number;
  let pace: DrawPace;
  const soon = () => new Promise<void>((resolve) => queueMicrotask(resolve));

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    drawn = 0;
    pace = new DrawPace(() => {
      drawn += 1;
    });
  });
  afterEach(() => {
    pace.dispose();
    mock.timers.reset();
  });

  it('follows changes immediately if the editor keeps up', async () => {
    for (let n = 1; n <= 3; n += 1) {
      pace.request();
      pace.changesSent(['a', 'b']);
      pace.rowRequested('b');
      await soon();
      assert.equal(drawn, n);
    }
  });

  it('waits until a row of the last change is requested, and draws once for all changes in the meantime', async () => {
    pace.request();
    pace.changesSent(['a']);
    for (let n = 0; n < 5; n += 1) pace.request();
    // Rows also become visible for other reasons.
    pace.rowRequested('b');
    pace.rowRequested(null);
    await soon();
    assert.equal(drawn, 1);
    pace.rowRequested('a');
    await soon();
    assert.equal(drawn, 2);
    pace.rowRequested('a');
    await soon();
    assert.equal(drawn, 2);
  });

  it('accepts a request of the root for all rows', async () => {
    pace.changesSent('all');
    pace.request();
    pace.rowRequested('a');
    await soon();
    assert.equal(drawn, 0);
    pace.rowRequested(null);
    await soon();
    assert.equal(drawn, 1);
  });

  it('stops waiting for rows that are never requested', async () => {
    pace.changesSent(['gone']);
    pace.request();
    mock.timers.tick(2_000);
    await soon();
    assert.equal(drawn, 1);
  });

  it('draws nothing after it is disposed', async () => {
    pace.changesSent(['a']);
    pace.request();
    pace.dispose();
    pace.rowRequested('a');
    await soon();
    assert.equal(drawn, 0);
  });
});
