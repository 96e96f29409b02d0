import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addJob } from '../../store/temporary.ts';
import { ApiBench, aSchedule, type Method } from '../apiBench.ts';

describe('the schedule routes', () => {
  let bench: ApiBench;
  beforeEach(async () => {
    bench = new ApiBench(async ({ db }) => db.store.detail('a') ?? assert.fail());
    await addJob(bench.db.store, { id: 'a' });
  });
  afterEach(() => bench.end());

  const ask = async (method: Method, url: string, body?: unknown) => {
    const reply = await bench.inject(method, url, body);
    return { status: reply.statusCode, body: reply.json() };
  };
  const schedule = { name: 'nightly backup', cron: '0 3 * * *', job: { command: { argv: ['ls'] }, cwd: '/' } };

  it('list, show, add, pause, resume, run and remove schedules', async () => {
    assert.deepEqual(await ask('GET', '/v1/schedules'), { status: 200, body: { schedules: [aSchedule] } });
    assert.deepEqual(await ask('GET', '/v1/schedules/s1'), { status: 200, body: aSchedule });
    assert.deepEqual(await ask('POST', '/v1/schedules', schedule), { status: 201, body: aSchedule });
    assert.equal((await ask('POST', '/v1/schedules/s1/pause')).status, 200);
    assert.equal((await ask('POST', '/v1/schedules/s1/resume', {})).status, 200);
    assert.deepEqual(await ask('POST', '/v1/schedules/s1/run'), { status: 201, body: await bench.answer() });
    assert.deepEqual(await ask('DELETE', '/v1/schedules/s1'), { status: 200, body: { removed: 1 } });
    assert.deepEqual(bench.calls, [
      ['detail', 's1'],
      ['add', schedule],
      ['setSchedulePaused', 's1', true],
      ['setSchedulePaused', 's1', false],
      ['runNow', 's1'],
      ['removeSchedule', 's1'],
    ]);
  });

  it('return 200 for a dry run', async () => {
    assert.equal((await ask('POST', '/v1/schedules', { ...schedule, dryRun: true })).status, 200);
  });

  it('accept names with spaces and slashes', async () => {
    await ask('GET', `/v1/schedules/${encodeURIComponent('nightly backup')}`);
    await ask('POST', `/v1/schedules/${encodeURIComponent('db/nightly backup: all')}/pause`);
    const longest = `a${'/ '.repeat(49)}b`;
    await ask('GET', `/v1/schedules/${encodeURIComponent(longest)}`);
    assert.deepEqual(bench.calls, [
      ['detail', 'nightly backup'],
      ['setSchedulePaused', 'db/nightly backup: all', true],
      ['detail', longest],
    ]);
  });

  it('preview the next runs of an expression', async () => {
    const query = `cron=${encodeURIComponent('*/5 * * * *')}&timezone=Europe%2FBerlin&count=3`;
    assert.equal((await ask('GET', `/v1/cron?${query}`)).status, 200);
    await ask('GET', '/v1/cron?cron=@daily');
    assert.deepEqual(bench.calls, [
      ['preview', { cron: '*/5 * * * *', timezone: 'Europe/Berlin', count: 3 }],
      ['preview', { cron: '@daily', count: 5 }],
    ]);
  });

  it('reject invalid requests', async () => {
    const wrong: [unknown, RegExp][] = [
      [{ ...schedule, name: '../etc' }, /“name”/],
      [{ ...schedule, name: undefined }, /name/],
      [{ ...schedule, catchUp: 'some' }, /“catchUp” must be one of/],
      [{ ...schedule, overlap: 5 }, /“overlap” must be one of/],
      [{ ...schedule, cron: '' }, /“cron”/],
      [{ ...schedule, job: { command: { argv: [] } } }, /“job.command/],
      [{ ...schedule, job: { ...schedule.job, notBefore: '2026-01-01T00:00:00Z' } }, /notBefore/],
      [{ ...schedule, source: '/etc/jobs.json' }, /source/],
    ];
    for (const [body, message] of wrong) {
      const reply = await ask('POST', '/v1/schedules', body);
      assert.deepEqual([reply.status, reply.body.error.code], [400, 'INVALID_REQUEST'], JSON.stringify(reply.body));
      assert.match(reply.body.error.message, message);
    }
    assert.equal((await ask('GET', '/v1/cron')).status, 400);
    assert.equal((await ask('GET', '/v1/cron?cron=@daily&count=1000')).status, 400);
    assert.deepEqual(bench.calls, []);
  });
});
