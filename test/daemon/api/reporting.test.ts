import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { WebSocket } from 'ws';
import type { Report } from '../../../shared/reporting.ts';
import { makeHome, startDaemon, type TestDaemon } from '../harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests access messages freely, and fail if something is missing
type Message = any;

/** Sends a message and resolves with the next one received. */
async function sendAndReceive(socket: WebSocket, message: unknown): Promise<Message> {
  const answer = once(socket, 'message');
  socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return JSON.parse(String((await answer)[0]));
}

describe('reporting', () => {
  let daemon: TestDaemon;
  before(async () => {
    daemon = await startDaemon();
  });
  after(() => daemon.dispose());

  const start = async (title = 'Ingest'): Promise<{ id: string; token: string }> => {
    const { status, body } = await daemon.request('POST', '/v1/jobs/start', { title });
    assert.equal(status, 201);
    return { id: body.job.id, token: body.token };
  };
  const open = async (token = daemon.info.token) => {
    const socket = daemon.openStream({ authorization: `Bearer ${token}` });
    await once(socket, 'open');
    return socket;
  };
  const batch = (batch: number, ...jobs: { jobId: string; client?: string; reports: unknown[] }[]) => ({
    type: 'report',
    batch,
    jobs,
  });
  const progress = (current: number, seq: number): Report => ({ kind: 'progress', current, total: 10, seq });

  it('over the WebSocket is acknowledged after the commit, and applied once', async () => {
    const { id } = await start();
    const socket = await open();
    const reports = [progress(1, 1), progress(2, 2)];
    const reply = { jobId: id, taken: true, status: 'running', cancelRequested: false };
    assert.deepEqual(await sendAndReceive(socket, batch(7, { jobId: id, client: 'c', reports })), {
      type: 'reported',
      batch: 7,
      jobs: [reply],
    });
    const { body } = await daemon.request('GET', `/v1/jobs/${id}/progress`);
    assert.equal(body.progress.current, 2);
    const again = await sendAndReceive(socket, batch(8, { jobId: id, client: 'c', reports }));
    assert.equal(again.jobs[0].taken, false);
    socket.close();
  });

  it('rejects only the jobs of a batch whose reports are invalid', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const socket = await open();
    const answer = await sendAndReceive(
      socket,
      batch(
        1,
        { jobId: a.id, reports: [{ kind: 'progress', current: 'many' }] },
        { jobId: b.id, reports: [{ kind: 'heartbeat' }] },
        { jobId: a.id, reports: [{ kind: 'dance' }] },
        { jobId: 'none', reports: [{ kind: 'heartbeat' }] },
      ),
    );
    assert.deepEqual([answer.type, answer.jobs.map((one: Message) => one.jobId)], ['refused', [b.id]]);
    assert.deepEqual(
      answer.refused.map(({ jobId, error }: Message) => [jobId, error.code, error.message]),
      [
        [a.id, 'INVALID_REQUEST', '“reports[0].current” must be a number.'],
        [
          a.id,
          'INVALID_REQUEST',
          '“reports[0].kind” must be one of progress, message, log, steps, step, result, complete, fail, heartbeat.',
        ],
        ['none', 'JOB_NOT_FOUND', 'No job has the ID none.'],
      ],
    );
    socket.close();
  });

  it('notifies reporting connections that the job was cancelled', async () => {
    const { id, token } = await start();
    const socket = await open(token);
    await sendAndReceive(socket, batch(1, { jobId: id, reports: [{ kind: 'heartbeat' }] }));
    const cancelRequest = once(socket, 'message');
    await daemon.request('POST', `/v1/jobs/${id}/cancel`);
    assert.deepEqual(JSON.parse(String((await cancelRequest)[0])), { type: 'cancelRequested', jobId: id });
    const answer = await sendAndReceive(
      socket,
      batch(2, { jobId: id, reports: [{ kind: 'fail', message: 'x', cancelled: true }] }),
    );
    assert.deepEqual(answer.jobs, [{ jobId: id, taken: true, status: 'cancelled', cancelRequested: true }]);
    socket.close();
  });

  it('keeps reading when a client sends ahead of the replies', async () => {
    const { id } = await start();
    const socket = await open();
    const answered = new Promise<void>((resolve) => {
      let count = 0;
      socket.on('message', () => {
        count += 1;
        if (count === 500) resolve();
      });
    });
    for (let n = 0; n < 500; n += 1) {
      socket.send(
        JSON.stringify(batch(n, { jobId: id, client: 'c', reports: [{ kind: 'progress', current: n, seq: n + 1 }] })),
      );
    }
    await answered;
    assert.equal((await daemon.request('GET', `/v1/jobs/${id}/progress`)).body.progress.current, 499);
    socket.close();
  });

  it('rejects oversized messages with an error, and keeps running', async () => {
    const { id } = await start();
    const socket = await open();
    const text = 'x'.repeat(10 * 1024 * 1024);
    const answer = await sendAndReceive(socket, batch(1, { jobId: id, reports: [{ kind: 'message', message: text }] }));
    assert.deepEqual([answer.type, answer.error.code], ['error', 'BODY_TOO_LARGE']);
    assert.match(answer.error.message, /the limit is 4,194,304/);
    const { status, body } = await daemon.request('POST', `/v1/jobs/${id}/messages`, { message: text });
    assert.deepEqual([status, body.error.code], [413, 'BODY_TOO_LARGE']);
    const long = await daemon.request('POST', `/v1/jobs/${id}/messages`, { message: 'x'.repeat(9_000) });
    assert.deepEqual([long.status, long.body.error.code], [400, 'INVALID_REQUEST']);
    const steps = Array.from({ length: 100_000 }, (_, n) => ({ id: `s${n}` }));
    const many = await daemon.request('POST', `/v1/jobs/${id}/steps`, { steps });
    assert.deepEqual([many.status, many.body.error.message], [400, '“steps” must have at most 1000 entries.']);
  });

  it('rejects invalid numbers', async () => {
    const { id, token } = await start();
    for (const body of [
      '{"current": NaN}',
      '{"current": 1e999}',
      '{"current": -1}',
      '{"percent": 101}',
      '{"current": "1"}',
      '{"current": 1, "client": "c", "seq": 1e300}',
    ]) {
      const reply = await fetch(`${daemon.url}/v1/jobs/${id}/progress`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      assert.deepEqual([reply.status, ((await reply.json()) as Message).error.code], [400, 'INVALID_REQUEST'], body);
    }
  });

  it('replaces bytes that are not valid UTF-8', async () => {
    const { id, token } = await start();
    const reply = await fetch(`${daemon.url}/v1/jobs/${id}/log`, {
      method: 'POST',
      body: Buffer.concat([Buffer.from('{"text": "a'), Buffer.from([0xff, 0xc3]), Buffer.from('b"}')]),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    assert.equal(reply.status, 200);
    assert.equal((await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`)).text, 'a\ufffd\ufffdb');
  });

  describe('with a job’s token', () => {
    it('is only possible for that job', async () => {
      const [own, other] = [await start(), await start()];
      const headers = { authorization: `Bearer ${own.token}` };
      const code = async (method: string, path: string, body?: unknown) => {
        const reply = await daemon.request(method, path, body, headers);
        return reply.status === 200 ? 200 : [reply.status, reply.body.error.code];
      };
      assert.equal(await code('POST', `/v1/jobs/${own.id}/progress`, { percent: 1 }), 200);
      assert.equal(await code('GET', `/v1/jobs/${own.id}`), 200);
      assert.equal(await code('GET', `/v1/jobs/${own.id}/progress`), 200);
      for (const [method, path] of [
        ['POST', `/v1/jobs/${other.id}/heartbeat`],
        ['GET', `/v1/jobs/${other.id}`],
        ['POST', `/v1/jobs/${own.id}/cancel`],
        ['GET', '/v1/jobs'],
        ['POST', '/v1/jobs/start'],
        ['GET', '/v1/health'],
        ['POST', '/v1/daemon/stop'],
        ['GET', '/v1/nothing'],
      ] as const) {
        assert.deepEqual(await code(method, path, method === 'POST' ? {} : undefined), [403, 'FORBIDDEN_JOB'], path);
      }
      const forged = `jd1.${other.id}.${own.token.split('.')[2]}`;
      const reply = await daemon.request(
        'POST',
        `/v1/jobs/${other.id}/heartbeat`,
        {},
        { authorization: `Bearer ${forged}` },
      );
      assert.deepEqual([reply.status, reply.body.error.code], [401, 'UNAUTHORIZED']);
    });

    it('gives no access to the feed or, over the WebSocket, to other jobs', async () => {
      const [own, other] = [await start(), await start()];
      const socket = await open(own.token);
      const answer = await sendAndReceive(socket, batch(1, { jobId: other.id, reports: [{ kind: 'heartbeat' }] }));
      assert.deepEqual([answer.type, answer.refused[0].error.code], ['refused', 'FORBIDDEN_JOB']);
      const feed = await sendAndReceive(socket, { type: 'subscribe', epoch: null, rev: null });
      assert.deepEqual([feed.type, feed.error.code], ['error', 'FORBIDDEN_JOB']);
    });

    it('uses the token in the job’s environment, which is never shown', async () => {
      const command = `curl -sS -X POST -H "Authorization: Bearer $JOBDECK_TOKEN" -H 'Content-Type: application/json' \
        -d '{"current": 3, "total": 4}' "$JOBDECK_URL/v1/jobs/$JOBDECK_JOB_ID/progress"; echo; echo "$JOBDECK_HOME"`;
      const { id } = await daemon.submit(command);
      await daemon.waitForJob(id, ({ status }) => status === 'completed');
      const log = await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`);
      assert.match(log.text, /"taken":true.*\n/);
      assert.ok(log.text.endsWith(`${daemon.home}\n`));
      const detail = await daemon.request('GET', `/v1/jobs/${id}`);
      assert.deepEqual([detail.body.progress.current, detail.body.progress.total], [3, 4]);
      assert.doesNotMatch(detail.text, /jd1\./);
      assert.doesNotMatch((await daemon.request('GET', '/v1/jobs')).text, /jd1\./);
    });
  });
});

describe('reporting across a restart of the daemon', () => {
  it('continues at the same address with the same token, and the job keeps running', async () => {
    const home = makeHome();
    const first = await startDaemon({ home });
    const { body } = await first.request('POST', '/v1/jobs/start', { title: 'Long' });
    const report = (daemon: TestDaemon, path: string, payload: unknown) =>
      daemon.request('POST', `/v1/jobs/${body.job.id}/${path}`, payload, { authorization: `Bearer ${body.token}` });
    assert.equal((await report(first, 'progress', { percent: 10 })).status, 200);
    await first.kill9();
    const second = await startDaemon({ home });
    try {
      assert.equal(second.info.port, first.info.port);
      assert.equal(readFileSync(join(home, 'port'), 'utf8'), `${first.info.port}\n`);
      assert.equal((await report(second, 'complete', { result: 1 })).body.status, 'completed');
    } finally {
      await second.dispose();
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('uses another port if the previous one is in use', async () => {
    const home = makeHome();
    const [other, first] = [await startDaemon(), await startDaemon({ home })];
    await first.stop();
    writeFileSync(join(home, 'port'), String(other.info.port));
    const second = await startDaemon({ home });
    try {
      assert.notEqual(second.info.port, other.info.port);
      assert.equal((await second.request('GET', '/v1/health')).status, 200);
    } finally {
      await Promise.all([second.dispose(), other.dispose()]);
      rmSync(home, { recursive: true, force: true });
    }
  });
});
