import assert from 'node:assert/strict';
import { parseTime } from '../../../../../../daemon/engines/celery/wire/pythonJson.ts';
import { readMeta, readProgress } from '../../../../../../daemon/engines/celery/wire/results.ts';
import { samples } from '../builders.ts';

const sample = (state: string) => readMeta(JSON.stringify(samples[`meta:${state}`]?.value));

describe('Celery results', () => {
  it('have the state of a task', () => {
    const progress = sample('PROGRESS');
    assert.deepEqual([progress?.state, progress?.isFinal, progress?.worker], ['PROGRESS', false, 'w2@vm']);
    assert.deepEqual(readProgress('PROGRESS', progress?.result), { current: 1, total: 3, message: null, phase: null });
    assert.equal(sample('STARTED')?.isFinal, false);
    assert.equal(sample('RETRY')?.isFinal, false);
    const success = sample('SUCCESS');
    assert.deepEqual([success?.isFinal, success?.result, success?.args], [true, { done: 3 }, [3]]);
    assert.equal(success?.doneAt, Date.parse('2026-11-22T01:20:33.088Z'));
  });

  it('have a state even if they are nested too deep to be stored', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const meta = readMeta(`{"status": "SUCCESS", "task_id": "a", "result": ${deep}}`);
    assert.deepEqual([meta?.state, meta?.isFinal], ['SUCCESS', true]);
    JSON.stringify(meta?.result);
  });

  it('have progress under commonly used names', () => {
    assert.deepEqual(readProgress('LOADING', { percent: 40, status: 'half' }), {
      current: 40,
      total: 100,
      message: 'half',
      phase: 'LOADING',
    });
    assert.deepEqual(readProgress('PROGRESS', { done: 2, total: 4, stage: 'a' }), {
      current: 2,
      total: 4,
      message: null,
      phase: 'a',
    });
    assert.deepEqual(readProgress('PROGRESS', { current: 2 }), { current: 2, total: null, message: null, phase: null });
    for (const none of [null, 3, 'x', [], {}, { current: 'x' }]) assert.equal(readProgress('PROGRESS', none), null);
  });

  it('that are not JSON are ignored', () => {
    for (const text of ['', '\u0080\u0004}', '[]', '"SUCCESS"', '{"status":1}']) assert.equal(readMeta(text), null);
  });

  it('have times in UTC if they have no time zone', () => {
    assert.equal(parseTime('2026-11-22T01:20:33.088980'), parseTime('2026-11-22T01:20:33.088980+00:00'));
    assert.equal(parseTime('soon'), null);
  });
});
