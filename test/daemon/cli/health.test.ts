import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Health } from '../../../shared/daemon.ts';
import { CliBench } from './bench.ts';

describe('jobdeck health', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('lists silent jobs, but not those that write output, and exits with 1', async () => {
    writeFileSync(join(bench.home, 'config.json'), JSON.stringify({ staleMinutes: 0.1 }));
    const silent = await bench.submit('exec sleep 60');
    const loud = await bench.submit('while :; do echo on; sleep 0.2; done');
    // This takes six seconds and no event signals it, so poll.
    let health: { code: number | null; document: Health } = await bench.json(['health']);
    assert.deepEqual([health.code, health.document.stale], [0, []]);
    while (health.document.stale.length === 0) health = await bench.json(['health']);
    assert.equal(health.code, 1);
    assert.deepEqual(
      health.document.stale.map(({ id }) => id),
      [silent],
    );
    const { stdout } = await bench.call(['health']);
    assert.match(stdout, new RegExp(`^stale +${silent} exec sleep 60, last activity`, 'm'));
    assert.match(stdout, /^queues +default: 2 running, 0 waiting$/m);
    assert.match(stdout, /^engines +local: 2 running$/m);
    assert.doesNotMatch(stdout, new RegExp(`^(stale| ) +${loud}`, 'm'));
    assert.match(stdout, new RegExp(`^largest +\\d+ B  \\S+/${loud}/1.log  ${loud} while`, 'm'));
  });
});
