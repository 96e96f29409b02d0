import assert from 'node:assert/strict';
import { EarlyResults } from '../../../../../../daemon/engines/celery/following/earlyResults.ts';
import { meta } from '../builders.ts';
import { ManualClock } from '../remoteControl.ts';

describe('early results', () => {
  it('are held until the events of their task arrive, at most for a second', () => {
    const clock = new ManualClock();
    const released: string[] = [];
    const results = new EarlyResults(clock, (id) => released.push(id));
    results.hold('a', meta('SUCCESS'));
    results.hold('b', meta('SUCCESS'));
    results.release('a');
    assert.deepEqual(released, ['a']);
    clock.advance(1_000);
    assert.deepEqual(released, ['a', 'b']);
  });
});
