import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { renderEngine, renderEngines } from '../../../../extension/engines/row.ts';
import { queueTokens, renderQueue } from '../../../../extension/queues/row.ts';
import type { Queue } from '../../../../shared/job.ts';

function makeQueue(given: Partial<Queue> = {}): Queue {
  return {
    name: 'gpu',
    concurrency: 2,
    rate: null,
    paused: false,
    timeLimitMs: null,
    cancelAllowed: true,
    retryAllowed: true,
    throttled: false,
    running: 0,
    waiting: 0,
    ...given,
  };
}

describe('the row of a queue', () => {
  for (const [what, given, icon, description] of [
    ['an idle one', {}, 'list-ordered', '0 of 2 running · 0 waiting'],
    ['a busy one', { running: 2, waiting: 5 }, 'play-circle', '2 of 2 running · 5 waiting'],
    ['one without a limit', { concurrency: null, running: 3 }, 'play-circle', '3 running · 0 waiting'],
    ['a paused one', { paused: true, running: 1 }, 'debug-pause', 'paused · 1 of 2 running · 0 waiting'],
    [
      'one with a rate',
      { rate: { count: 3, periodMs: 60_000 } },
      'list-ordered',
      '0 of 2 running · 0 waiting · 3 starts per 1 min',
    ],
  ] as const) {
    it(`for ${what} is: ${description}`, () => {
      const row = renderQueue(makeQueue(given), t);
      assert.deepEqual([row.icon.icon, row.description], [icon, description]);
      assert.equal(row.spoken, `Queue gpu, ${description}`);
    });
  }

  it('has actions to pause or resume, and to remove all but the default queue', () => {
    assert.deepEqual(queueTokens({ name: 'gpu', paused: false }), ['queue', 'pausable', 'removable']);
    assert.deepEqual(queueTokens({ name: 'default', paused: true }), ['queue', 'resumable']);
  });
});

describe('the rows of engines', () => {
  it('show the running jobs of each engine and in total', () => {
    const engines = [
      { name: 'local', running: 2 },
      { name: 'reported', running: 1 },
    ];
    assert.equal(renderEngines(engines, t).description, '3 running');
    assert.equal(renderEngine(engines[0] ?? { name: '', running: 0 }, t).spoken, 'Engine local, 2 running');
  });
});
