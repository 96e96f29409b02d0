import assert from 'node:assert/strict';
import { WorkerClocks } from '../../../../../../daemon/engines/celery/tasks/workerClocks.ts';

describe('the clocks of Celery workers', () => {
  it('are estimated from the fastest recent message', () => {
    const clocks = new WorkerClocks();
    clocks.observe('w', 1_000, 61_500);
    clocks.observe('w', 2_000, 62_010);
    assert.equal(clocks.toLocalPast('w', 3_000, 70_000), 63_010);
    assert.equal(clocks.toLocalPast('w', 30_000, 70_000), 70_000);
    assert.equal(clocks.toLocalPast('other', 3_000, 70_000), 3_000);
    // The worker's clock was adjusted.
    clocks.observe('w', 200_000, 200_010);
    clocks.observe('w', 300_000, 300_010);
    assert.equal(clocks.toLocal('w', 300_000), 300_010);
  });
});
