import assert from 'node:assert/strict';
import { toConnectionError } from '../../../../../../daemon/engines/celery/brokers/errors.ts';

describe('connection errors of Celery', () => {
  it('are derived from the errors of client libraries', () => {
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
});
