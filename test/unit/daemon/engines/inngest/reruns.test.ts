import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { timeOf } from '../../../../../daemon/engines/inngest/commands/rerunRegistry.ts';

describe('the id of a run', () => {
  it('tells when it was queued', () => {
    assert.equal(timeOf('01M80EY1YH0137R27PC9AAZRX2'), Date.parse('2026-11-22T01:46:34.833Z'));
    assert.deepEqual([timeOf('event:1'), timeOf('')], [null, null]);
  });
});
