import assert from 'node:assert/strict';
import { backOff } from '../../../../../daemon/engines/backOff.ts';
import { toConnectionError } from '../../../../../daemon/engines/celery/brokers/errors.ts';
import { endpointsOf } from '../../../../../daemon/engines/celery/connection/endpoints.ts';
import { limitationNotes } from '../../../../../daemon/engines/celery/connection/limitations.ts';
import { failureOfEvent, failureOfResult } from '../../../../../daemon/engines/celery/tasks/outcome.ts';
import { WorkerClocks } from '../../../../../daemon/engines/celery/tasks/workerClocks.ts';
import { parseTime } from '../../../../../daemon/engines/celery/wire/pythonJson.ts';
import { readMeta, readProgress } from '../../../../../daemon/engines/celery/wire/results.ts';
import { celeryMessage } from '../../../../../shared/messages/celery.ts';
import { samples } from './builders.ts';

const sample = (state: string) => readMeta(JSON.stringify(samples[`meta:${state}`]?.value));

describe('results of Celery', () => {
  it('say how far a task is, and how it ended', () => {
    const progress = sample('PROGRESS');
    assert.deepEqual([progress?.state, progress?.isFinal, progress?.worker], ['PROGRESS', false, 'w2@vm']);
    assert.deepEqual(readProgress('PROGRESS', progress?.result), { current: 1, total: 3, message: null, phase: null });
    assert.equal(sample('STARTED')?.isFinal, false);
    assert.equal(sample('RETRY')?.isFinal, false);
    const success = sample('SUCCESS');
    assert.deepEqual([success?.isFinal, success?.result, success?.args], [true, { done: 3 }, [3]]);
    assert.equal(success?.doneAt, Date.parse('2026-11-22T01:20:33.088Z'));
  });

  it('tell progress in the words that programs use', () => {
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

  it('that are no results in JSON are nothing', () => {
    for (const text of ['', '\u0080\u0004}', '[]', '"SUCCESS"', '{"status":1}']) assert.equal(readMeta(text), null);
  });

  it('without a time zone are of UTC', () => {
    assert.equal(parseTime('2026-11-22T01:20:33.088980'), parseTime('2026-11-22T01:20:33.088980+00:00'));
    assert.equal(parseTime('soon'), null);
  });
});

describe('failures of Celery', () => {
  it('name the exception and what it says', () => {
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

  it('have a hint where the cause is known', () => {
    const traceback = "Traceback (most recent call last):\nModuleNotFoundError: No module named 'pandas'";
    assert.match(failureOfEvent(null, traceback).hint ?? '', /pandas/);
    assert.equal(failureOfEvent("NotRegistered('tasks.gone')", null).variant, 'notRegistered');
    assert.equal(failureOfEvent("ValueError('boom')", null).hint, null);
  });
});

describe('the way to Celery', () => {
  it('is tried again after any time up to twice as long as before, at most half a minute', () => {
    assert.deepEqual(
      [0, 1, 2, 10, 1e6].map((failures) => backOff(failures, { first: 500 }, () => 1)),
      [500, 1000, 2000, 30_000, 30_000],
    );
    assert.equal(
      backOff(5, { first: 500 }, () => 0),
      0,
    );
  });

  it('has a sentence for what its libraries say', () => {
    const explain = (text: string | null) => {
      const cause = text === null ? null : new Error(text);
      const { state, variant, params } = toConnectionError(cause, 'Redis', 'host:1');
      return { state, variant, params };
    };
    const params = { server: 'Redis', address: 'host:1' };
    assert.deepEqual(explain('NOAUTH Authentication required.'), {
      state: 'refused',
      variant: 'passwordRequired',
      params,
    });
    assert.deepEqual(explain('self-signed certificate'), { state: 'refused', variant: 'certificate', params });
    assert.deepEqual(explain('getaddrinfo ENOTFOUND host'), { state: 'unreachable', variant: 'hostNotFound', params });
    assert.deepEqual(explain('something new'), {
      state: 'unreachable',
      variant: 'lost',
      params: { ...params, reason: 'something new' },
    });
    assert.deepEqual(explain(null), { state: 'unreachable', variant: 'closed', params });
  });

  it('tells what of an application is not seen', () => {
    const place = endpointsOf({ url: 'redis://host/0' });
    const notes = (resultBackend: string | null, serializer = 'json', resultSerializer = 'json') =>
      limitationNotes({ resultBackend, serializer, resultSerializer }, place);
    assert.deepEqual(notes('redis://host/0'), []);
    assert.deepEqual(notes('redis://host/5'), [celeryMessage('celery.resultDatabase', { actual: 5, configured: 0 })]);
    assert.deepEqual(notes('db+sqlite:///x'), [celeryMessage('celery.resultBackendOther', { backend: 'db+sqlite' })]);
    assert.deepEqual(notes('disabled'), [celeryMessage('celery.resultBackendUnknown')]);
    assert.deepEqual(notes(null), [celeryMessage('celery.noResultBackend')]);
    assert.deepEqual(notes('redis://host/0', 'pickle', 'yaml'), [
      celeryMessage('celery.resultSerializer', { serializer: 'yaml' }),
      celeryMessage('celery.taskSerializer', { serializer: 'pickle' }),
    ]);
    assert.deepEqual(
      limitationNotes(
        { resultBackend: 'redis://h/1', serializer: null, resultSerializer: null },
        endpointsOf({ url: 'amqp://h' }),
      ),
      [celeryMessage('celery.resultBackendInRedis')],
    );
  });

  it('knows the clock of a worker by the quickest of its messages', () => {
    const clocks = new WorkerClocks();
    clocks.observe('w', 1_000, 61_500);
    clocks.observe('w', 2_000, 62_010);
    assert.equal(clocks.toLocalPast('w', 3_000, 70_000), 63_010);
    assert.equal(clocks.toLocalPast('w', 30_000, 70_000), 70_000);
    assert.equal(clocks.toLocalPast('other', 3_000, 70_000), 3_000);
    // It was set right.
    clocks.observe('w', 200_000, 200_010);
    clocks.observe('w', 300_000, 300_010);
    assert.equal(clocks.toLocal('w', 300_000), 300_010);
  });
});
