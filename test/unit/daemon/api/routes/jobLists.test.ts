import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Facets, JobList } from '../../../../../shared/protocol.ts';
import { addJob } from '../../store/temporary.ts';
import { LiveApi } from '../liveApi.ts';

describe('job lists over HTTP', () => {
  let api: LiveApi;
  beforeEach(async () => {
    api = await LiveApi.open();
    const { store } = api.bench;
    await addJob(store, { id: 'a', type: 'build', endedAt: 5_000 });
    await addJob(store, { id: 'b', type: 'x, y', endedAt: 6_000 });
    await addJob(store, { id: 'c', type: 'test' });
  });
  afterEach(() => api.end());

  const list = async (query: string) => (await api.ask('GET', `/v1/jobs?${query}`)).json<JobList>();
  const ids = async (query: string) => (await list(query)).jobs.map(({ id }) => id);

  it('accept a repeated parameter with any characters in its values', async () => {
    assert.deepEqual(await ids('type=build&type=x%2C%20y'), ['b', 'a']);
    assert.deepEqual(await ids('type=build'), ['a']);
  });

  it('can be filtered by end time', async () => {
    assert.deepEqual(await ids('endedSince=1970-01-01T00:00:05.500Z'), ['b']);
    assert.deepEqual(await ids('endedUntil=1970-01-01T00:00:05.000Z&status=completed'), ['a']);
  });

  it('reject invalid filters with an explanation', async () => {
    for (const [query, expected] of [
      ['type=', /type/],
      [`type=${'&type='.repeat(3)}`, /type/],
      ['endedSince=soon', /not a valid time for “endedSince”/],
      ['endedSince=7d&q=word', /can’t be searched for text/],
      ['endedSince=7d&endedSince=8d', /endedSince/],
    ] as const) {
      const reply = await api.ask('GET', `/v1/jobs?${query}`);
      assert.equal(reply.statusCode, 400, query);
      assert.match(reply.json<{ error: { message: string } }>().error.message, expected);
    }
  });

  it('can be filtered by the values that they return', async () => {
    const facets = (await api.ask('GET', '/v1/facets')).json<Facets>();
    assert.deepEqual(facets.status, [
      { value: 'completed', jobs: 2 },
      { value: 'pending', jobs: 1 },
    ]);
    assert.deepEqual(facets.type.map(({ value }) => value).sort(), ['build', 'test', 'x, y']);
    assert.equal((await api.ask('GET', '/v1/facets?more=1')).statusCode, 400);
  });
});
