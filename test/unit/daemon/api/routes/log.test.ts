import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AttemptLogs } from '../../../../../daemon/logs/files.ts';
import { addJob } from '../../store/temporary.ts';
import { ApiBench } from '../apiBench.ts';

describe('the API returns the log of an attempt', () => {
  let bench: ApiBench;
  let logs: AttemptLogs;
  beforeEach(async () => {
    bench = new ApiBench(() => assert.fail());
    logs = bench.logs;
    await addJob(bench.db.store, { id: 'a' });
  });
  afterEach(() => bench.end());

  const url = '/v1/jobs/a/attempts/1/log';
  const log = async (query: string) => {
    const reply = await bench.inject('GET', `${url}?${query}`);
    const { 'x-jobdeck-log-offset': offset, 'x-jobdeck-log-size': size, 'x-jobdeck-log-ended': ended } = reply.headers;
    return { text: reply.body, offset: Number(offset), size: Number(size), ended: ended === '1' };
  };
  const write = (text: string) => {
    mkdirSync(join(bench.db.folder, 'logs', 'a'), { recursive: true });
    appendFileSync(logs.path('a', 1), text);
  };
  const begin = () =>
    bench.db.store.write((tx) => {
      tx.insertAttempt('a', { number: 1, launch: 1, status: 'running', createdAt: 1, startedAt: 2 });
      tx.updateJob('a', { attempt: 1, status: 'running', startedAt: 2 });
    });
  const end = () =>
    bench.db.store.write((tx) => {
      tx.updateAttempt('a', 1, { status: 'failed', endedAt: 3 });
      tx.updateJob('a', { status: 'failed', endedAt: 3 });
    });

  it('in parts until its end', async () => {
    await begin();
    write('0123456789');
    assert.deepEqual(await log('offset=0&limit=4'), { text: '0123', offset: 0, size: 10, ended: false });
    assert.deepEqual(await log('offset=8&limit=4'), { text: '89', offset: 8, size: 10, ended: false });
    await end();
    assert.deepEqual(await log('offset=8&limit=1'), { text: '8', offset: 8, size: 10, ended: false });
    assert.deepEqual(await log('offset=8'), { text: '89', offset: 8, size: 10, ended: true });
    assert.deepEqual(await log('offset=10'), { text: '', offset: 10, size: 10, ended: true });
    assert.deepEqual(await log('offset=-3'), { text: '789', offset: 7, size: 10, ended: true });
  });

  it('as raw bytes', async () => {
    await begin();
    mkdirSync(join(bench.db.folder, 'logs', 'a'), { recursive: true });
    const bytes = Buffer.from([0, 255, 13, 10, 0xc3, 0x28]);
    writeFileSync(logs.path('a', 1), bytes);
    const reply = await bench.inject('GET', url);
    assert.equal(reply.headers['content-type'], 'application/octet-stream');
    assert.deepEqual(reply.rawPayload, bytes);
  });

  it('without waiting if there are bytes beyond the offset', async () => {
    await begin();
    write('0123');
    assert.equal((await log('offset=2&limit=2&wait=60000')).text, '23');
  });

  it('as soon as it grows, if the client waits', async () => {
    await begin();
    write('0123');
    const waiting = log('offset=4&wait=60000');
    write('45');
    assert.deepEqual(await waiting, { text: '45', offset: 4, size: 6, ended: false });
  });

  it('as soon as the attempt ends, if the client waits', async () => {
    await begin();
    write('0123');
    const waiting = log('offset=4&wait=60000');
    await end();
    assert.deepEqual(await waiting, { text: '', offset: 4, size: 4, ended: true });
  });

  it('as soon as the daemon stops, if the client waits', async () => {
    await begin();
    write('0123');
    const waiting = log('offset=4&wait=60000');
    setImmediate(() => bench.stopping.abort());
    assert.deepEqual(await waiting, { text: '', offset: 4, size: 4, ended: false });
  });

  it('unchanged after the timeout', async () => {
    await begin();
    write('0123');
    assert.deepEqual(await log('offset=4&wait=30'), { text: '', offset: 4, size: 4, ended: false });
  });

  it('as empty if it does not exist yet because the attempt is starting', async () => {
    await bench.db.store.write((tx) => {
      tx.insertAttempt('a', { number: 1, launch: 1, status: 'starting', createdAt: 1 });
      tx.updateJob('a', { attempt: 1 });
    });
    assert.deepEqual(await log(''), { text: '', offset: 0, size: 0, ended: false });
    const waiting = log('wait=60000');
    write('first');
    assert.equal((await waiting).text, 'first');
  });

  it('as ended while a retry is waiting to start', async () => {
    await begin();
    write('old');
    await end();
    await bench.db.store.write((tx) => tx.updateJob('a', { status: 'pending', endedAt: null, startedAt: null }));
    assert.equal((await log('offset=3&wait=60000')).ended, true);
  });

  it('unless the log, the attempt or the job does not exist', async () => {
    await begin();
    const code = async (path: string) => (await bench.inject('GET', path)).json().error.code;
    assert.equal(await code(`${url}?wait=60000`), 'LOG_NOT_FOUND');
    write('gone');
    rmSync(join(bench.db.folder, 'logs'), { recursive: true });
    assert.equal(await code(url), 'LOG_NOT_FOUND');
    assert.equal(await code('/v1/jobs/a/attempts/2/log'), 'ATTEMPT_NOT_FOUND');
    assert.equal(await code('/v1/jobs/b/attempts/1/log'), 'JOB_NOT_FOUND');
  });
});
