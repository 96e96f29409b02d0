import assert from 'node:assert/strict';
import { endpointsOf } from '../../../../../../daemon/engines/celery/connection/endpoints.ts';
import { limitationNotes } from '../../../../../../daemon/engines/celery/connection/limitations.ts';
import { celeryMessage } from '../../../../../../shared/messages/celery.ts';

describe('limitations of a Celery connection', () => {
  it('follow from the configuration of the application', () => {
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
});
