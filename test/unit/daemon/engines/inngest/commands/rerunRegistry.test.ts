import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ulidTime } from '../../../../../../daemon/engines/inngest/commands/rerunRegistry.ts';

describe('the ID of an Inngest run', () => {
  it('contains the time when it was queued', () => {
    assert.equal(ulidTime('01M80EY1YH0137R27PC9AAZRX2'), Date.parse('2026-11-22T01:46:34.833Z'));
    assert.deepEqual([ulidTime('event:1'), ulidTime('')], [null, null]);
  });
});
