import assert from 'node:assert/strict';
import { failureOfEvent, failureOfResult } from '../../../../../../daemon/engines/celery/tasks/outcome.ts';
import { readMeta } from '../../../../../../daemon/engines/celery/wire/results.ts';
import { samples } from '../builders.ts';

const sample = (state: string) => readMeta(JSON.stringify(samples[`meta:${state}`]?.value));

describe('failures of Celery tasks', () => {
  it('have the exception and its message', () => {
    const error = failureOfResult(sample('FAILURE')?.result, sample('FAILURE')?.traceback ?? null);
    assert.deepEqual([error.code, error.message], ['REMOTE_FAILED', 'ValueError: boom']);
    assert.match(error.details ?? '', /^Traceback/);
    assert.equal(failureOfEvent("ValueError('it\\'s\\nbad')", null).message, "ValueError: it's\nbad");
    assert.equal(
      failureOfEvent("KeyError('a', 'b')", "Traceback\nmy.errors.KeyError: ('a', 'b')").message,
      "KeyError: ('a', 'b')",
    );
    assert.equal(failureOfEvent(null, null).variant, 'task');
    assert.equal(failureOfResult({ exc_type: 'Empty', exc_message: [] }, null).message, 'Empty');
    assert.equal(failureOfResult({ exc_type: 'E', exc_message: ['a', 2] }, null).message, 'E: a, 2');
  });

  it('have a hint if the cause is known', () => {
    const traceback = "Traceback (most recent call last):\nModuleNotFoundError: No module named 'pandas'";
    assert.match(failureOfEvent(null, traceback).hint ?? '', /pandas/);
    assert.equal(failureOfEvent("NotRegistered('tasks.gone')", null).variant, 'notRegistered');
    assert.equal(failureOfEvent("ValueError('boom')", null).hint, null);
  });
});
