import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PendingRedraw } from '../../../../extension/tree/redraw.ts';

describe('a redraw of the tree', () => {
  it('is pending until the editor has asked for the rows of each parent', () => {
    const redraw = new PendingRedraw(() => 0);
    redraw.sent(['running', 'recent']);
    redraw.asked('recent');
    assert.equal(redraw.isPending, true);
    redraw.asked('running');
    assert.equal(redraw.isPending, false);
  });

  it('is not pending forever, because collapsed groups are not drawn', () => {
    let now = 0;
    const redraw = new PendingRedraw(() => now);
    redraw.sent(['failed']);
    now = 2_000;
    assert.equal(redraw.isPending, false);
  });
});
