import assert from 'node:assert/strict';
import { shortNames } from '../../../../../webview/detail/waterfall/shortNames.ts';

describe('the names of rows', () => {
  it('leave out the parts that all of them begin with', () => {
    assert.deepEqual(shortNames(['Load · Jan 7', 'Load · Jan 8']), ['Jan 7', 'Jan 8']);
    assert.deepEqual(shortNames(['A · B · 1', 'A · B · 2']), ['1', '2']);
  });

  it('stay whole if they differ, or if there is only one', () => {
    assert.deepEqual(shortNames(['Load · Jan 7', 'Check · Jan 7']), ['Load · Jan 7', 'Check · Jan 7']);
    assert.deepEqual(shortNames(['Load · Jan 7']), ['Load · Jan 7']);
    assert.deepEqual(shortNames(['shard 1', 'shard 12']), ['shard 1', 'shard 12']);
  });

  it('never become empty', () => {
    assert.deepEqual(shortNames(['A · ', 'A · B']), ['A · ', 'A · B']);
    assert.deepEqual(shortNames(['A · B', 'A · B']), ['B', 'B']);
  });
});
